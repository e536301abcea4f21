#!/bin/sh
# Searches each reader of untrusted bytes for an input that breaks it, for as long as its @FuzzTest says: eight
# to fifteen seconds; one that takes four minutes hangs. Needs what `./mvnw test-compile` makes. Jazzer fuzzes one method a process, hence
# the loop.
set -eu
cd "$(dirname "$0")/../../.."
sources=src/test/java
for file in $(find $sources -name '*FuzzTest.java' | sort); do
  for method in $(grep -A1 '@FuzzTest' "$file" | sed -n 's/^ *void \([A-Za-z_]*\)(.*/\1/p'); do
    target=$(basename "$file" .java)#$method
    echo "Fuzzing $target"
    JAZZER_FUZZ=1 timeout 240 ./mvnw -B -ntp -q surefire:test@fuzz-regressions -Dtest="$target" > target/fuzz.log 2>&1 || {
      cat target/fuzz.log
      exit 1
    }
    grep '^Done .* runs in' target/fuzz.log
  done
done
