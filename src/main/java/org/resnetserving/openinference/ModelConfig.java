package org.resnetserving.openinference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.resnetserving.network.Normalization;
import org.resnetserving.serving.ServedModel;

/**
 * A model as Triton's <i>Model Configuration Extension</i> tells it; sizes are without the batch.
 *
 * @param maxBatchSize pictures that one request may have
 * @param parameters how pixels become the numbers of the input: {@code (pixel / divisor − mean) /
 *     std}, in the order of {@code channels}
 */
record ModelConfig(
    String name,
    String platform,
    String backend,
    int maxBatchSize,
    List<ConfigInput> input,
    List<ConfigOutput> output,
    Map<String, Text> parameters) {
  private static final String FP32 = "TYPE_FP32";

  /** The input; its channels come first. */
  record ConfigInput(String name, String dataType, String format, List<Long> dims) {}

  /** An output. */
  record ConfigOutput(String name, String dataType, List<Long> dims) {}

  /** The value of a parameter, as Triton writes it. */
  record Text(String stringValue) {}

  static ModelConfig of(ServedModel model, int maxPictures) {
    PictureTensor pictures = new PictureTensor(Inferences.preset(model), maxPictures);
    long side = pictures.side();
    return new ModelConfig(
        model.name(),
        ModelMetadata.PLATFORM,
        "pytorch",
        maxPictures,
        List.of(
            new ConfigInput(
                Inferences.INPUT,
                FP32,
                "FORMAT_NCHW",
                List.of((long) pictures.channels(), side, side))),
        List.of(
            new ConfigOutput(
                Output.of(model).label(), FP32, List.of(ModelMetadata.columns(model)))),
        parameters(pictures.preset().normalization()));
  }

  private static Map<String, Text> parameters(Normalization normalization) {
    Map<String, Text> parameters = new LinkedHashMap<>();
    parameters.put("divisor", new Text(Float.toString(normalization.divisor())));
    parameters.put("mean", new Text(normalization.mean().toString()));
    parameters.put("std", new Text(normalization.deviation().toString()));
    parameters.put(
        "channels",
        new Text(normalization.channels() == 1 ? "GREY" : normalization.order().name()));
    return parameters;
  }
}
