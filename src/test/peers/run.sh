#!/bin/sh
# Measures the service beside its peers: other runtimes with the same network, and other servers with the same JPEGs.
# usage: src/test/peers/run.sh [PIECE ...]      see README.md here
# Needs what `./mvnw package` makes, a Python 3.11 with venv, a C++ compiler (torch.compile), 8 GB of disk and 40 minutes.
set -eu
cd "$(dirname "$0")/../../.."
: "${PEERS_FOLDER:=$PWD/target/peers}"
export PEERS_FOLDER
mkdir -p "$PEERS_FOLDER"
if [ ! -x "$PEERS_FOLDER/venv/bin/bentoml" ]; then
  python3 -m venv "$PEERS_FOLDER/venv"
  # shellcheck disable=SC2086
  ${PEERS_BUSY:-} "$PEERS_FOLDER/venv/bin/pip" install --quiet --disable-pip-version-check -r src/test/peers/requirements.txt
fi
# shellcheck disable=SC2086
${PEERS_BUSY:-} "$PEERS_FOLDER/venv/bin/python" src/test/peers/networks.py prepare
"$PEERS_FOLDER/venv/bin/python" src/test/peers/measure.py "$@"
