#!/bin/sh
# Searches OpenCV's decoders (JPEG, WebP, and the TIFFs that libtiff reads) for a file that ends the process, for SECONDS (600), by number: the next
# run goes on where this one ended. A process that is ended leaves the number of its file in target/natives-search/now.
# glibc looks after each block of memory, where it can. Needs what `./mvnw test-compile` makes.
set -eu
cd "$(dirname "$0")/../../.."
./mvnw -B -ntp -q dependency:build-classpath -Dmdep.includeScope=test -Dmdep.outputFile=target/classpath
for checks in /lib/*/libc_malloc_debug.so.0 /lib64/libc_malloc_debug.so.0; do
  if [ -f "$checks" ]; then
    export LD_PRELOAD="$checks" GLIBC_TUNABLES=glibc.malloc.check=3 MALLOC_PERTURB_=165
  fi
done
OPENBLAS_NUM_THREADS=1 exec java -Xmx400m -XX:+UseSerialGC -XX:ErrorFile=target/natives-search/hs_err.log \
  -cp "target/classes:target/test-classes:$(cat target/classpath)" \
  org.resnetserving.hostile.NativeSearch target/natives-search "${1:-600}"
