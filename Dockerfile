# ResNet Serving with the bundled models, for amd64 and arm64.
#   docker build --tag resnet-serving .
#   docker build --build-arg BAKED_MODELS="resnet50 resnet152" .         more models in the image
#   docker build --build-arg NATIVES=cuda .                              for NVIDIA's GPUs, amd64 only, several GB
#   docker run --read-only --tmpfs /tmp --cap-drop ALL --publish 8080:8080 resnet-serving

# All that is in the image beside Java and us. jemalloc: see LD_PRELOAD below. curl: HEALTHCHECK and the chart's test.
# busybox: a shell for who looks after it.
ARG PACKAGES="libc6 libstdc++6 libjemalloc2 curl busybox-static"

# Java is the same everywhere, so it is built on the builder's own platform; the natives are the target's.
FROM --platform=$BUILDPLATFORM eclipse-temurin:25-jdk@sha256:8c0a84ea11c8f6ed52600fc19f1040121f2a162998e9f50a5faebbbad9172dcc AS build
ARG TARGETARCH
# cpu or cuda.
ARG NATIVES=cpu
ARG REVISION=unknown
# Without unzip, mvnw fetches Maven as another archive than the one whose checksum it knows.
RUN apt-get update && apt-get install --yes --no-install-recommends unzip && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY mvnw pom.xml ./
COPY .mvn .mvn
COPY src/main src/main
RUN --mount=type=cache,target=/root/.m2 \
    case "${NATIVES}-${TARGETARCH}" in \
      cpu-amd64) natives="-Ddjl.natives=linux-x86_64 -Djavacpp.natives=linux-x86_64" ;; \
      cpu-arm64) natives="-Ddjl.natives=linux-aarch64 -Djavacpp.natives=linux-arm64" ;; \
      # The versions that there are for CUDA, but the CPU's libtorch: what follows starts the service, without a GPU.
      cuda-amd64) natives="-Pcuda -Dpytorch.flavor=cpu -Ddjl.natives=linux-x86_64 -Djavacpp.natives=linux-x86_64" ;; \
      *) echo "There are no ${NATIVES} natives for ${TARGETARCH}" >&2; exit 1 ;; \
    esac \
    && ./mvnw -B -ntp -Dmaven.test.skip -Dspotless.check.skip -Dgit.commit.id="${REVISION}" ${natives} package \
    && java -Djarmode=tools -jar target/resnet-serving.jar extract --layers --destination layers \
    && mkdir cuda \
    && if [ "${NATIVES}" = cuda ]; then sh src/main/docker/cuda.sh cuda; fi

# Where the image's parts are made, on the target's platform. The last stage takes no more of it than it needs.
FROM eclipse-temurin:25-jdk@sha256:8c0a84ea11c8f6ed52600fc19f1040121f2a162998e9f50a5faebbbad9172dcc AS base
ARG PACKAGES
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ${PACKAGES} \
    && groupadd --gid 10001 resnet \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /cache --shell /usr/sbin/nologin resnet \
    && install --directory --owner=10001 --group=10001 /cache
# A JRE of what our libraries name (jdeps; ContainerIT checks it) and of what is reached by name alone: charsets, the zip file
# system and DNS; and jcmd, for threads, heap and recordings. No archive of classes: the AOT cache below has them.
RUN jlink --output /opt/java/jre --compress zip-9 --strip-java-debug-attributes --no-header-files --no-man-pages --add-modules \
java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.prefs,\
java.scripting,java.security.jgss,java.security.sasl,java.sql,java.xml,jdk.charsets,jdk.crypto.ec,jdk.jcmd,jdk.jfr,\
jdk.management,jdk.naming.dns,jdk.net,jdk.unsupported,jdk.zipfs
WORKDIR /app
ENV JAVA_HOME=/opt/java/jre \
    PATH=/opt/java/jre/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    RESNET_NATIVE_DIRECTORY=/app/native \
    RESNET_CACHE_DIRECTORY=/cache

# The root: those packages and what they need, and nothing else.
FROM base AS root
ARG PACKAGES
COPY src/main/docker/root.sh /
RUN sh /root.sh /image ${PACKAGES}

# The natives, unpacked by the service itself, which ends when they are loaded since it has no port; and the models named.
FROM base AS unpack
ARG BAKED_MODELS=""
COPY --from=build /src/layers/dependencies/ ./
COPY --from=build /src/layers/application/ ./
COPY models models
RUN java -jar resnet-serving.jar --spring.main.web-application-type=none --models=resnet20-cifar10 \
    && mv native/pytorch/* native/libtorch && rmdir native/pytorch && chmod -R a+rX native \
    # OpenBLAS is there under two names: 37 MB, in memory too. Nothing is stripped: oneMKL, in libtorch, must stay unmodified.
    && blas=$(dirname "$(find native -name libopenblas_nolapack.so.0)") \
    && cmp "$blas/libopenblas.so.0" "$blas/libopenblas_nolapack.so.0" \
    && ln -sf libopenblas.so.0 "$blas/libopenblas_nolapack.so.0" \
    # Its binding to Java, 24 MB, is looked for and never called: OpenCV calls OpenBLAS itself. The small one stands in.
    && ln -sf libjniopenblas_nolapack.so "$blas/libjniopenblas.so" \
    && mkdir -p /cache/weights \
    && if [ -n "${BAKED_MODELS}" ]; then java -jar resnet-serving.jar models pull ${BAKED_MODELS}; fi \
    # Unpacked, they are not needed in their jars.
    && rm -f lib/pytorch-native-*.jar lib/*-linux-x86_64.jar lib/*-linux-arm64.jar

# The service, but for what it learns from its first run.
FROM scratch AS service
COPY --from=root /image/ /
COPY --from=base /opt/java/jre /opt/java/jre
ENV JAVA_HOME=/opt/java/jre \
    PATH=/opt/java/jre/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    LANG=C.UTF-8 \
    RESNET_NATIVE_DIRECTORY=/app/native \
    RESNET_CACHE_DIRECTORY=/cache
# The permissions that builders differ in when they copy; and that nothing is missing which the first programs need.
RUN mkdir -p /cache && chown 10001:10001 /cache && chmod 1777 /tmp && LD_PRELOAD=libjemalloc.so.2 curl --version && java -version
WORKDIR /app
# From what changes least to what changes most.
COPY --from=unpack /app/native native
COPY LICENSE NOTICE ./
COPY src/main/resources/META-INF/licenses licenses
COPY models models
COPY --from=unpack /cache/weights models
COPY --from=unpack /app/lib lib
COPY --from=build /src/layers/application/ ./

# An eighth for the heap: weights, activations and decoded pictures are outside of it, and 40 MB live in it. The serial
# collector, with survivor spaces as large as eden, which hold a full queue of uploads: what requests leave behind dies
# young, in pauses of milliseconds, and the heap stays small. Half of it is there from the start, and of that 48 MB for the
# young, never more: the JVM's own 32 MB leave the young 8, so that the tensors of a model that is loaded, 9 MB each, go
# straight to the old, which then grows by 50 MB that nobody gives back; eden has 16.
# Priorities: see pool/RATIONALE.
ENV PYTORCH_LIBRARY_PATH=/app/native/libtorch \
    JDK_JAVA_OPTIONS="-XX:MaxRAMPercentage=12.5 -XX:InitialRAMPercentage=6.25 -XX:+UseSerialGC -XX:NewRatio=1 -XX:MaxNewSize=48m -XX:SurvivorRatio=1 -XX:ThreadPriorityPolicy=1 -XX:CompilerThreadPriority=8"

# A run as it will be, as the user that it will be run by, with requests, from which the JVM keeps the classes it loaded and linked.
FROM service AS train
USER 10001:10001
RUN --mount=type=bind,source=src/main/docker/train.sh,target=/train.sh \
    --mount=type=bind,source=helm/files/espresso.jpg,target=/espresso.jpg \
    sh /train.sh /espresso.jpg /tmp/resnet-serving.aot

FROM service
COPY --from=train /tmp/resnet-serving.aot ./

# For cuda, its libtorch over the other, which was there to be trained with; else nothing. NVIDIA's runtime brings the driver.
COPY --from=build /src/cuda/ /

# jemalloc, since glibc's malloc keeps an arena for each of many threads and gives little back: pictures decoded on one
# thread and activations freed on another leave holes in all of them, and the process grows for days. One arena for each
# core, and pages given back after a second: 40 MB less than with four and five seconds, no slower within the noise.
ENV LD_PRELOAD=libjemalloc.so.2 \
    MALLOC_CONF=background_thread:true,narenas_ratio:1,dirty_decay_ms:1000,muzzy_decay_ms:0

ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="ResNet Serving" \
      org.opencontainers.image.description="Classifies pictures with pretrained ResNets over HTTP." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

USER 10001:10001
VOLUME /cache
EXPOSE 8080 8081
# Ready, not only alive: what waits for it wants to send pictures. The start may fetch weights, hence its minutes.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5m --retries=3 \
    CMD ["curl", "--fail", "--silent", "--output", "/dev/null", "http://127.0.0.1:8080/readyz"]
# Out of memory, the process ends (3) and is started afresh, rather than limping on. A crash leaves its report where a
# later start finds it, by which it tells a crash from a kill. A report that hangs (the JVM's own limit is two minutes) keeps
# a dead process in its place no longer than ten seconds.
ENTRYPOINT ["java", "-XX:AOTCache=resnet-serving.aot", "-XX:+ExitOnOutOfMemoryError", "-XX:ErrorFile=/cache/hs_err_%p.log", "-XX:ErrorLogTimeout=10", \
            "--enable-native-access=ALL-UNNAMED", "-jar", "resnet-serving.jar"]
