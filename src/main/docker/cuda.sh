#!/bin/sh
# Puts libtorch for CUDA, and DJL's library that calls it, into the folder $1. DJL itself unpacks them only where it finds a
# GPU, which a machine that builds images seldom has.
# Tried so far with a driver that says there is no GPU: libtorch loads, and the service runs on the processor.
set -eu
to=$1
jars=$(mktemp -d)
./mvnw -q -B -ntp -Pcuda -Ddjl.natives=linux-x86_64 -Djavacpp.natives=linux-x86_64 dependency:copy-dependencies \
  -DincludeGroupIds=ai.djl.pytorch -DoutputDirectory="$jars"
(cd "$jars" && jar xf pytorch-native-cu*.jar && jar xf pytorch-jni-*.jar)
flavor=$(basename "$jars"/pytorch/cu*)
mv "$jars/pytorch/$flavor"/linux-x86_64/*.so* "$to"
# As DJL names it, by its own version.
engine=$(basename "$jars"/pytorch-engine-*.jar .jar)
mv "$jars/jnilib/linux-x86_64/$flavor/libdjl_torch.so" "$to/${engine#pytorch-engine-}-libdjl_torch.so"
# By this name DJL asks whether there is a GPU.
ln -s "$(basename "$to"/libcudart*)" "$to/libcudart.so"
test -f "$to/libtorch_cuda.so"
rm -rf "$jars"
