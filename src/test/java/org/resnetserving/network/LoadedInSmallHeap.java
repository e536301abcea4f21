package org.resnetserving.network;

import com.google.protobuf.CodedInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A program of its own, to be run in a small heap: reads a network of another framework's file,
 * compiles it, and says how long each took.
 */
public final class LoadedInSmallHeap {
  private LoadedInSmallHeap() {}

  /** Arguments: the reader's class, the file, and where the program is written. */
  public static void main(String[] args) throws IOException, ReflectiveOperationException {
    NetworkReader reader =
        (NetworkReader) Class.forName(args[0]).getDeclaredConstructor().newInstance();
    long start = System.nanoTime();
    try (ImportedNetwork network = reader.read(Path.of(args[1]), Normalization.IMAGENET)) {
      long read = System.nanoTime();
      ProgramCompiler.compile(network.graph(), ProgramKind.PLAIN, 224, Path.of(args[2]));
      System.out.printf(
          "%s: %s; read in %.2f s, compiled in %.2f s%n",
          reader.format(),
          network.structure(),
          (read - start) / 1e9,
          (System.nanoTime() - read) / 1e9);
    }
  }

  /** Runs the program in a heap of 512 MB; returns its exit status. */
  public static int run(Class<? extends NetworkReader> reader, Path file, Path out)
      throws IOException, InterruptedException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx512m",
            "-cp",
            classPath(reader),
            LoadedInSmallHeap.class.getName(),
            reader.getName(),
            file.toString(),
            out.toString())
        .inheritIO()
        .start()
        .waitFor();
  }

  /** Where the classes that it needs were found, whatever the test's own class path is. */
  private static String classPath(Class<?> reader) {
    return Stream.of(
            LoadedInSmallHeap.class, reader, Weight.class, CodedInputStream.class, Nullable.class)
        .map(needed -> needed.getProtectionDomain().getCodeSource().getLocation().getPath())
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** A ResNet-152 of full size. */
  public static Graph resNet152() {
    return Architecture.parse("resnet152")
        .graph(FormulaWeights.imageNet("resnet152", 1000), Normalization.IMAGENET);
  }

  /** A narrow ResNet-50 of 10 classes. */
  public static Graph narrow() {
    return Architecture.parse("resnet50")
        .graph(FormulaWeights.imageNet(true, 8, 10, 3, 4, 6, 3), Normalization.IMAGENET);
  }
}
