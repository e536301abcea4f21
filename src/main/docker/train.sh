#!/bin/sh
# Starts the service as the image will, gives it a day's work and an overload in a minute, and stops it; the JVM then
# writes what it learnt: the classes it loaded and linked (JEP 483, 514), and what ran often and how, by which it compiles
# the same sooner when it starts (JEP 515). So what is asked here is what is quick from the first minute on.
#   train.sh ESPRESSO PICTURE…    a JPEG of an espresso, and a picture of each format
set -eu
espresso=$1
shift
work=$(mktemp -d)
chown 10001:10001 "$work"
here=http://127.0.0.1:8080
model=$here/v1/models/resnet50-tiny-imagenet
watch=http://127.0.0.1:8081/actuator/prometheus

# As the user that it will run as, to whom the natives' folder is read-only.
RESNET_CACHE_DIRECTORY=$work setpriv --reuid=10001 --regid=10001 --clear-groups \
  java -XX:AOTCacheOutput="$work/resnet-serving.aot" -XX:+ExitOnOutOfMemoryError \
  --enable-native-access=ALL-UNNAMED -jar resnet-serving.jar > "$work/log" 2>&1 &
service=$!

failed() {
  kill -KILL "$service" || true
  cat "$work/log" >&2
  echo "train.sh: $1" >&2
  exit 1
}

# Asks at an address, STATUS or else 429 each time, so often, so many at once. What follows are curl's options.
ask() {
  status=$1 times=$2 at_once=$3 url=$4
  shift 4
  curl --silent --show-error --parallel --parallel-max "$at_once" --parallel-immediate --max-time 300 \
    --output /dev/null --write-out '%{http_code}\n' "$@" "$url#[1-$times]" > "$work/statuses" 2> "$work/errors"
  if grep --quiet --invert-match --line-regexp --regexp="$status" --regexp=429 "$work/statuses" \
    || ! grep --quiet --line-regexp "$status" "$work/statuses"; then
    failed "$url: $status was due, and came: $(sort "$work/statuses" | uniq -c) $(tail -n 3 "$work/errors")"
  fi
}

load() {
  java -XX:TieredStopAtLevel=1 -Xmx256m -jar resnet-serving.jar bench --quick "$@" || failed "bench $*"
}

# 600: an emulated processor takes minutes.
tries=600
until curl --fail --silent --output /dev/null "$here/readyz"; do
  tries=$((tries - 1))
  if [ "$tries" = 0 ] || ! kill -0 "$service"; then
    failed "the service does not get ready"
  fi
  sleep 1
done
curl --fail --silent --show-error --form image=@"$espresso" "$here/v1/classify" | grep --quiet '"label":"espresso"' \
  || failed "the espresso is none"

# Photographs of 0.2 MP from 1, 4, 16 and 32 clients, at 80 % of what they got, and at four times it, from 192. First, since
# the JVM looks closely at what it runs until it has compiled it for good.
load --url "$here" --seconds 4
load --url "$here" --seconds 1 --form
load --url "$here/v2/models/resnet50-tiny-imagenet/infer" --seconds 1

# What there is besides.
for picture; do
  ask 200 40 8 "$here/v1/classify" --data-binary @"$picture" --header 'Content-Type: image/*'
  head -c 5000 "$picture" > "$work/damaged"
  ask 422 40 8 "$here/v1/classify" --data-binary @"$work/damaged" --header 'Content-Type: image/*'
done
ask 415 100 8 "$here/v1/classify" --data-binary 'This is no picture.' --header 'Content-Type: image/jpeg'
head -c 30000000 /dev/zero > "$work/large"
ask 413 10 2 "$here/v1/classify" --data-binary @"$work/large" --header 'Content-Type: image/jpeg'
printf '{"images": [{"b64": "%s"}], "top_k": 3}' "$(base64 -w 0 "$espresso")" > "$work/json"
ask 200 40 8 "$here/v1/classify" --data-binary @"$work/json" --header 'Content-Type: application/json'
ask 200 40 8 "$model/embed" --data-binary @"$espresso" --header 'Content-Type: image/jpeg'
ask 200 20 8 "$model/explain" --data-binary @"$espresso" --header 'Content-Type: image/jpeg'
for path in / /readyz /livez /v1/models /v2/models/resnet50-tiny-imagenet; do
  ask 200 20 4 "$here$path"
done
ask 200 10 1 "$watch"

# More at once than there are places for: even a slow processor refuses some.
ask 200 300 160 "$here/v1/classify" --data-binary @"$espresso" --header 'Content-Type: image/jpeg'
curl --fail --silent "$watch" > "$work/metrics"
grep --quiet 'resnet_requests_total{.*outcome="overloaded".*} [1-9]' "$work/metrics" || failed "nothing was refused"
if grep 'resnet_requests_total{.*outcome="\(internal-error\|inference-failed\)".*} [1-9]' "$work/metrics"; then
  failed "the service failed"
fi

kill -TERM "$service"
# 143: stopped by the signal, as it should.
wait "$service" || [ "$?" = 143 ]
cat "$work/log"
grep 'resnet_requests_total{.*} [1-9]' "$work/metrics"
install --mode=644 "$work/resnet-serving.aot" .
rm -rf "$work"
find /cache -mindepth 1 -delete
