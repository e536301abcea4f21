#!/bin/sh
# Puts into the folder $1 what an image for CUDA has in its root: libtorch, and DJL's library that calls it. DJL itself
# unpacks them only where it finds a GPU, which a machine that builds images seldom has.
# Tried with a stand-in for the driver (libcuda.so.1) that fails, not on a GPU: libtorch loads, and the processor serves.
set -eu
natives=$1/app/native/libtorch
jars=$(mktemp -d)
./mvnw -q -B -ntp -Pcuda -Ddjl.natives=linux-x86_64 -Djavacpp.natives=linux-x86_64 dependency:copy-dependencies \
  -DincludeGroupIds=ai.djl.pytorch -DoutputDirectory="$jars"
(cd "$jars" && jar xf pytorch-native-cu*.jar && jar xf pytorch-jni-*.jar)
flavor=$(basename "$jars"/pytorch/cu*)
mkdir -p "$natives" "$1/usr/lib"
mv "$jars/pytorch/$flavor"/linux-x86_64/*.so* "$natives"
test -f "$natives/libtorch_cuda.so"
# As DJL names it, by its own version.
engine=$(basename "$jars"/pytorch-engine-*.jar .jar)
mv "$jars/jnilib/linux-x86_64/$flavor/libdjl_torch.so" "$natives/${engine#pytorch-engine-}-libdjl_torch.so"
# By this name DJL asks whether there is a GPU.
ln -s "/app/native/libtorch/$(basename "$natives"/libcudart*)" "$1/usr/lib/libcudart.so"
rm -rf "$jars"
