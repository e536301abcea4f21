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

  /**
   * Writes the 8-bit program with ranges that were observed.
   *
   * @param ranges one for every value that a convolution, after all passes, makes
   * @throws IllegalArgumentException if the network holds what has no 8-bit form
   */
  public static void compileInt8(Graph graph, ActivationRanges ranges, Path file)
      throws IOException {
    ArchiveWriter.write(Int8Emitter.emit(Passes.optimize(graph), ranges), file);
  }

  /**
   * The program's text without its weights: with their digest it tells one archive from another.
   *
   * @throws IllegalArgumentException if the network holds what {@code kind} has no form for
   */
  public static String code(Graph graph, ProgramKind kind) {
    return program(graph, kind).code();
  }

  static Program program(Graph graph, ProgramKind kind) {
    return switch (kind) {
      case STOCK -> FloatEmitter.plain(graph, Element.FLOAT32, false);
      case PLAIN -> FloatEmitter.plain(Passes.optimize(graph), Element.FLOAT32, true);
      case FUSED -> FloatEmitter.fused(Passes.optimize(graph), Element.FLOAT32);
      case FUSED_BF16 -> FloatEmitter.fused(Passes.optimize(graph), Element.BFLOAT16);
      case FUSED_INT8 ->
          Int8Emitter.emit(
              Passes.optimize(graph),
              ActivationRanges.ofBatchNorms(graph, ActivationRanges.DEVIATIONS));
    };
  }
}
