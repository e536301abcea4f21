package org.resnetserving.network;

import java.io.IOException;
import java.nio.file.Path;

/** A program of its own, to be run in a small heap. */
final class CompileResNet152 {
  private CompileResNet152() {}

  public static void main(String[] args) throws IOException {
    FormulaWeights weights = FormulaWeights.imageNet("resnet152", 1000);
    Graph graph = Architecture.parse("resnet152").graph(weights, Normalization.IMAGENET);
    ProgramCompiler.compile(graph, ProgramKind.PLAIN, 224, Path.of(args[0]));
  }
}
