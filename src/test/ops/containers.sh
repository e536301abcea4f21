# Sourced: buildah and podman set up to work without a daemon, a cgroup manager or a registry; and a base image under
# the name that the Dockerfile asks for, made of Debian's packages and of the JDK 25 that is installed here.
STORE=${OPS_STORE:-/var/tmp/resnet-ops}
mkdir -p "$STORE"
export CONTAINERS_STORAGE_CONF=$STORE/storage.conf CONTAINERS_CONF=$STORE/containers.conf
# Written aside and moved, for what runs at the same time reads them.
cat > "$CONTAINERS_STORAGE_CONF.$$" <<EOF
[storage]
driver = "overlay"
graphroot = "$STORE/root"
runroot = "$STORE/run"
EOF
mv "$CONTAINERS_STORAGE_CONF.$$" "$CONTAINERS_STORAGE_CONF"
cat > "$CONTAINERS_CONF.$$" <<'EOF'
[containers]
# The defaults raise limits, which takes a capability that a sandbox does not have.
default_ulimits = ["nofile=20000:20000", "nproc=4096:4096"]
netns = "host"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
EOF
mv "$CONTAINERS_CONF.$$" "$CONTAINERS_CONF"

base_images() {
  jdk=${JDK25_HOME:-$(ls -d /usr/lib/jvm/temurin-25-jdk-* | head -n 1)}
  if buildah inspect --type image eclipse-temurin:25-jdk > /dev/null 2>&1; then
    return
  fi
  context=$(mktemp -d -p "$STORE")
  mmdebstrap --quiet --variant=minbase --include=ca-certificates bookworm "$context/rootfs.tar"
  # The certificates are a link to the system's.
  mkdir "$context/jdk" && cp -a "$jdk"/. "$context/jdk" && rm "$context/jdk/lib/security/cacerts"
  cp -L "$jdk/lib/security/cacerts" "$context/jdk/lib/security/cacerts"
  cat > "$context/Dockerfile" <<'EOF'
FROM scratch
ADD rootfs.tar /
COPY jdk /opt/java/openjdk
ENV JAVA_HOME=/opt/java/openjdk PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8
EOF
  buildah build --quiet --isolation=chroot --tag docker.io/library/eclipse-temurin:25-jdk "$context" > /dev/null
  rm -rf "$context"
}

# Options for buildah: the base image that the Dockerfile names by digest is here that of its tag, made above.
base_contexts() {
  sed -n 's/^FROM .*\(eclipse-temurin:[^ ]*\)@\(sha256:[0-9a-f]*\).*/--build-context=\1@\2=container-image:\/\/\1/p' Dockerfile | sort --unique
}
