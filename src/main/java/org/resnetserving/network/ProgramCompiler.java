package org.resnetserving.network;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Turns a graph into a file that libtorch loads. */
public final class ProgramCompiler {
  /** The batch that weights are packed for; see RATIONALE. */
  private static final int PACKED_BATCH = 1;

  private ProgramCompiler() {}

  /**
   * Writes the program of one kind, reading the graph's weights one after the other. The same graph
   * and weights give the same bytes. Its method {@code forward} takes 8-bit pixels (picture, row,
   * column, channel) and returns, as float32, logits (picture, class), pooled features (picture,
   * channel) and the feature map (picture, channel, row, column).
   *
   * @param graph as built or read: the passes that {@code kind} wants are applied here
   * @param side rows and columns of the pictures; others are answered too, perhaps slower
   * @param file written over if it exists
   * @throws org.resnetserving.weights.WeightsException if a weight can't be read
   * @throws IllegalArgumentException if the network holds what {@code kind} has no form for
   */
  public static void compile(Graph graph, ProgramKind kind, int side, Path file)
      throws IOException {
    ArchiveWriter.write(program(graph, kind, side), file);
  }

  /**
   * Writes an 8-bit program with ranges that were observed.
   *
   * @param kind one of precision int8
   * @param ranges one for each of {@link #scaled}
   * @throws IllegalArgumentException if a range is missing
   */
  public static void compileInt8(
      Graph graph, ActivationRanges ranges, ProgramKind kind, int side, Path file)
      throws IOException {
    ArchiveWriter.write(int8(Passes.optimize(graph), ranges, kind, side), file);
  }

  /**
   * Writes a program whose answers tell what 8-bit ranges are made of: it is the plain one, but in
   * the place of the features it answers, for each picture, the least and the greatest value of
   * each of {@link #scaled}, one pair after the other.
   */
  public static void compileProbe(Graph graph, Path file) throws IOException {
    ArchiveWriter.write(FloatEmitter.probe(Passes.optimize(graph)), file);
  }

  /** The values whose ranges an 8-bit program is scaled by, in the order that a probe has them. */
  public static List<String> scaled(Graph graph) {
    return Int8Emitter.scaled(Passes.optimize(graph));
  }

  /**
   * The program's text without its weights: with their digest it tells one archive from another.
   *
   * @throws IllegalArgumentException if the network holds what {@code kind} has no form for
   */
  public static String code(Graph graph, ProgramKind kind, int side) {
    return program(graph, kind, side).code();
  }

  static EmittedProgram program(Graph graph, ProgramKind kind, int side) {
    if (kind == ProgramKind.STOCK) {
      return FloatEmitter.plain(graph, Element.FLOAT32, false);
    }
    Graph optimized = Passes.optimize(graph);
    return switch (kind) {
      case STOCK, PLAIN -> FloatEmitter.plain(optimized, Element.FLOAT32, true);
      case CUDA_FP16 -> FloatEmitter.plain(optimized, Element.FLOAT16, true);
      case FUSED -> FloatEmitter.fused(optimized, Element.FLOAT32, sizes(optimized, side));
      case FUSED_BF16 -> FloatEmitter.fused(optimized, Element.BFLOAT16, sizes(optimized, side));
      case FUSED_INT8, FUSED_INT7 ->
          int8(
              optimized,
              ActivationRanges.ofBatchNorms(graph, ActivationRanges.DEVIATIONS),
              kind,
              side);
    };
  }

  private static EmittedProgram int8(
      Graph optimized, ActivationRanges ranges, ProgramKind kind, int side) {
    int largestLevel = kind == ProgramKind.FUSED_INT7 ? 63 : 127;
    return Int8Emitter.emit(optimized, ranges, sizes(optimized, side), largestLevel);
  }

  private static PackedSizes sizes(Graph graph, int side) {
    return new PackedSizes(graph, PACKED_BATCH, side);
  }
}
