#!/bin/sh
# Searches each reader of untrusted bytes for an input that breaks it, for as long as its @FuzzTest says: a quarter
# to half a minute; one that takes four hangs. As many at a time as there are processors, since Jazzer fuzzes one method a
# process. With a name (CLASS#METHOD), that one alone. Needs what `./mvnw test-compile` makes.
set -eu
cd "$(dirname "$0")/../../.."
if [ $# -gt 0 ]; then
  log="target/fuzz-$1.log"
  JAZZER_FUZZ=1 timeout 240 ./mvnw -B -ntp -q surefire:test@fuzz-regressions -Dtest="$1" > "$log" 2>&1 || {
    echo "Fuzzing $1 found"
    cat "$log"
    exit 1
  }
  echo "Fuzzed $1: $(grep '^Done .* runs in' "$log")"
  exit
fi
for file in $(find src/test/java -name '*FuzzTest.java' | sort); do
  class=$(basename "$file" .java)
  grep -A1 '@FuzzTest' "$file" | sed -n "s/^ *void \([A-Za-z_]*\)(.*/$class#\1/p"
done | xargs -n 1 -P "$(nproc)" src/test/fuzz/run.sh
