#!/bin/sh
# Asks the service by clients that others wrote, in Python: each script here exits with 0 where the answers are right.
# Needs what `./mvnw package` makes, and a Python with venv.
set -eu
cd "$(dirname "$0")/../../.."
clients=src/test/clients
home=$(mktemp -d)
service=
finish() {
  [ -z "$service" ] || kill "$service" 2> /dev/null || true
  rm -rf "$home"
}
trap finish EXIT

python3 -m venv "$home/venv"
"$home/venv/bin/pip" install --quiet --disable-pip-version-check -r "$clients/requirements.txt"

: "${SERVE:=java -jar target/resnet-serving.jar}"
# shellcheck disable=SC2086
$SERVE --server.port=18080 --management.server.port=18081 --spring.grpc.server.port=18082 \
  --resnet.serving.precision=fp32 \
  --management.endpoint.models.access=unrestricted --management.endpoints.web.exposure.include=health,models \
  ${SERVE_OPTIONS:-} > "$home/log" 2>&1 &
service=$!
for _ in $(seq 300); do
  if curl --silent --fail http://127.0.0.1:18080/readyz > /dev/null; then
    ready=1
    break
  fi
  kill -0 "$service" 2> /dev/null || break
  sleep 1
done
[ "${ready:-0}" = 1 ] || { cat "$home/log"; exit 1; }

for script in "$clients"/*_client.py; do
  echo "Asking by $(basename "$script")"
  SERVICE=http://127.0.0.1:18080 MANAGEMENT=http://127.0.0.1:18081 GRPC=127.0.0.1:18082 \
    "$home/venv/bin/python" "$script" || { tail -n 50 "$home/log"; exit 1; }
done
