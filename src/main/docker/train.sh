#!/bin/sh
# Starts the service as the image will, sends it the picture $1 and stops it; the JVM then writes what it learnt into the file $2
# (JEP 483, 514).
set -eu
cache=$(mktemp -d)
RESNET_CACHE_DIRECTORY=$cache java -XX:AOTCacheOutput="$2" -XX:+ExitOnOutOfMemoryError \
  --enable-native-access=ALL-UNNAMED -jar resnet-serving.jar > "$cache/log" 2>&1 &
service=$!

# 600: an emulated processor takes minutes.
tries=600
until curl --fail --silent --output /dev/null http://127.0.0.1:8080/readyz; do
  tries=$((tries - 1))
  if [ "$tries" = 0 ] || ! kill -0 "$service"; then
    cat "$cache/log" >&2
    exit 1
  fi
  sleep 1
done
for _ in 1 2 3 4 5 6 7 8 9 10; do
  curl --fail --silent --show-error --output "$cache/answer" --form image=@"$1" http://127.0.0.1:8080/v1/classify
done
grep -q '"label":"espresso"' "$cache/answer"
curl --fail --silent --output /dev/null http://127.0.0.1:8081/actuator/prometheus

kill -TERM "$service"
# 143: stopped by the signal, as it should.
wait "$service" || [ "$?" = 143 ]
cat "$cache/log"
chmod 644 "$2"
