package org.resnetserving.network;

import java.io.IOException;
import java.nio.file.Path;

/** Turns a graph into a file that libtorch loads. */
public final class ProgramCompiler {
  private ProgramCompiler() {}

  /**
   * Writes the program of one kind, reading the graph's weights one after the other. The same graph
   * and weights give the same bytes. Its method {@code forward} takes 8-bit pixels (picture, row,
   * column, channel) and returns, as float32, logits (picture, class), pooled features (picture,
   * channel) and the feature map (picture, channel, row, column).
   *
   * @param graph as built or read: the passes that {@code kind} wants are applied here
   * @param file written over if it exists
   * @throws org.resnetserving.weights.WeightsException if a weight can't be read
   */
  public static void compile(Graph graph, ProgramKind kind, Path file) throws IOException {
    ArchiveWriter.write(program(graph, kind), file);
  }

  static Program program(Graph graph, ProgramKind kind) {
    return switch (kind) {
      case STOCK -> FloatEmitter.emit(graph, false);
      case PLAIN -> FloatEmitter.emit(Passes.optimize(graph), true);
    };
  }
}
