package org.resnetserving.caffe;

import java.util.List;
import java.util.Map;
import org.resnetserving.weights.ProtobufMessage;

/**
 * A layer as the file describes it.
 *
 * @param type today's name of the type, also for layers of version 1
 * @param bottoms blobs that it reads
 * @param tops blobs that it makes; one that it also reads is changed in place
 * @param blobs its weights
 * @param isTested whether it runs when the network is tested, by its own rules
 * @param isV1 whether the message is a {@code V1LayerParameter}
 */
record CaffeLayer(
    String name,
    String type,
    List<String> bottoms,
    List<String> tops,
    List<CaffeBlob> blobs,
    boolean isTested,
    boolean isV1,
    ProtobufMessage message) {
  private static final int TEST_PHASE = 1;

  /** By the numbers of {@code V1LayerParameter.LayerType}. */
  private static final Map<Long, String> V1_TYPES =
      Map.ofEntries(
          Map.entry(0L, "None"),
          Map.entry(1L, "Accuracy"),
          Map.entry(2L, "BNLL"),
          Map.entry(3L, "Concat"),
          Map.entry(4L, "Convolution"),
          Map.entry(5L, "Data"),
          Map.entry(6L, "Dropout"),
          Map.entry(8L, "Flatten"),
          Map.entry(9L, "HDF5Data"),
          Map.entry(12L, "ImageData"),
          Map.entry(14L, "InnerProduct"),
          Map.entry(15L, "LRN"),
          Map.entry(17L, "Pooling"),
          Map.entry(18L, "ReLU"),
          Map.entry(19L, "Sigmoid"),
          Map.entry(20L, "Softmax"),
          Map.entry(21L, "SoftmaxWithLoss"),
          Map.entry(22L, "Split"),
          Map.entry(23L, "TanH"),
          Map.entry(24L, "WindowData"),
          Map.entry(25L, "Eltwise"),
          Map.entry(26L, "Power"),
          Map.entry(29L, "MemoryData"),
          Map.entry(32L, "DummyData"),
          Map.entry(36L, "Silence"),
          Map.entry(39L, "Deconvolution"));

  /** Where a type's parameters are: in today's message, and in that of version 1. */
  private static final Map<String, int[]> PARAMETERS =
      Map.ofEntries(
          Map.entry("BatchNorm", new int[] {139, 0}),
          Map.entry("Bias", new int[] {141, 0}),
          Map.entry("Concat", new int[] {104, 9}),
          Map.entry("Convolution", new int[] {106, 10}),
          Map.entry("Eltwise", new int[] {110, 24}),
          Map.entry("InnerProduct", new int[] {117, 17}),
          Map.entry("Pooling", new int[] {121, 19}),
          Map.entry("Power", new int[] {122, 21}),
          Map.entry("ReLU", new int[] {123, 30}),
          Map.entry("Reshape", new int[] {133, 0}),
          Map.entry("Scale", new int[] {142, 0}),
          Map.entry("Softmax", new int[] {125, 39}));

  static CaffeLayer of(ProtobufMessage layer) {
    return of(layer, layer.text(1, ""), layer.text(2, ""), 3, 4, 7, 8, false);
  }

  static CaffeLayer ofV1(ProtobufMessage layer) {
    String name = layer.text(4, "");
    if (layer.has(1)) {
      throw layer
          .file()
          .refuse(
              name, "is a layer of version 0: upgrade it with Caffe's upgrade_net_proto_binary");
    }
    long type = layer.integer(5, 0);
    return of(layer, name, V1_TYPES.getOrDefault(type, "V1 type " + type), 2, 3, 6, 32, true);
  }

  private static CaffeLayer of(
      ProtobufMessage layer,
      String name,
      String type,
      int bottom,
      int top,
      int blobs,
      int include,
      boolean isV1) {
    return new CaffeLayer(
        name,
        type,
        layer.texts(bottom),
        layer.texts(top),
        layer.messages(blobs, "a blob").stream().map(CaffeBlob::new).toList(),
        isTested(layer.messages(include, "a rule"), layer.messages(include + 1, "a rule")),
        isV1,
        layer);
  }

  private static boolean isTested(List<ProtobufMessage> include, List<ProtobufMessage> exclude) {
    return include.isEmpty()
        ? exclude.stream().noneMatch(CaffeLayer::meetsTest)
        : include.stream().anyMatch(CaffeLayer::meetsTest);
  }

  /** Whether a {@code NetStateRule} holds in the phase for testing, at level 0, without stages. */
  private static boolean meetsTest(ProtobufMessage rule) {
    return rule.integer(1, TEST_PHASE) == TEST_PHASE
        && rule.integer(2, 0) <= 0
        && rule.integer(3, 0) >= 0
        && !rule.has(4);
  }

  /** The parameters of its type; an empty message if it has none. */
  ProtobufMessage parameters() {
    int[] fields = PARAMETERS.getOrDefault(type, new int[] {0, 0});
    return message.message(fields[isV1 ? 1 : 0], "parameters");
  }

  /** What messages call it. */
  String title() {
    return "layer %s (%s)".formatted(name, type);
  }
}
