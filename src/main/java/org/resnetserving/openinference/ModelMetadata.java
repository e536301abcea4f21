package org.resnetserving.openinference;

import java.util.List;
import org.resnetserving.serving.ServedModel;

/**
 * What a model reads and answers, as the protocol has it. Sizes that are not fixed are −1.
 *
 * @param platform what runs it
 */
record ModelMetadata(
    String name,
    List<String> versions,
    String platform,
    List<TensorMetadata> inputs,
    List<TensorMetadata> outputs) {
  static final String PLATFORM = "pytorch_libtorch";

  /** Any number: of pictures, or of channels that only the network knows. */
  private static final long ANY = -1;

  /**
   * One tensor.
   *
   * @param datatype by the protocol's name
   */
  record TensorMetadata(String name, String datatype, List<Long> shape) {}

  /** One input and one output, as clients such as Triton's image_client insist. */
  static ModelMetadata of(ServedModel model) {
    PictureTensor pictures = new PictureTensor(Inferences.preset(model), 1);
    Output output = Output.of(model);
    long side = pictures.side();
    return new ModelMetadata(
        model.name(),
        List.of(Inferences.VERSION),
        PLATFORM,
        List.of(tensor(Inferences.INPUT, List.of(ANY, (long) pictures.channels(), side, side))),
        List.of(tensor(output.label(), List.of(ANY, columns(model)))));
  }

  private static TensorMetadata tensor(String name, List<Long> shape) {
    return new TensorMetadata(name, Datatype.FP32.name(), shape);
  }

  /** How many numbers the output has for each picture. */
  static Long columns(ServedModel model) {
    return model.labels().size() == 0 ? ANY : (long) model.labels().size();
  }
}
