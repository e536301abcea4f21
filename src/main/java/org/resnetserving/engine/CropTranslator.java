package org.resnetserving.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslatorContext;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Brings pictures to a program, and of its answers what was asked for to Java. */
final class CropTranslator implements NoBatchifyTranslator<List<Crop>, List<Inference>> {
  private static final String CROPS = "crops";

  /** Of a batch that one worker holds. */
  private static final int MOST_BYTES = 256 << 20;

  private final int side;
  private final int channels;
  private final UnaryOperator<NDArray> preparation;
  private final ByteBuffer pixels;

  CropTranslator(int side, int channels, int maxBatch, UnaryOperator<NDArray> preparation) {
    this.preparation = preparation;
    this.side = side;
    this.channels = channels;
    this.pixels = ByteBuffer.allocateDirect(bytes(side, channels, maxBatch));
  }

  private static int bytes(int side, int channels, int maxBatch) {
    long bytes = (long) side * side * channels * maxBatch;
    if (bytes > MOST_BYTES) {
      throw new EngineFailure(
          "a batch of %d pictures of %d×%d pixels has %d bytes, at most %d are taken at once: lower the largest batch"
              .formatted(maxBatch, side, side, bytes, MOST_BYTES));
    }
    return (int) bytes;
  }

  /*
   * Memory: the array looks at this translator's buffer without a copy. A predictor runs on one
   * thread, and the program's first op copies the pixels, so no answer looks at the buffer when the
   * next batch is written over it.
   */
  @Override
  public NDList processInput(TranslatorContext context, List<Crop> crops) {
    context.setAttachment(CROPS, crops);
    pixels.clear();
    crops.forEach(crop -> pixels.put(crop.pixels()));
    pixels.flip();
    NDArray input =
        context
            .getNDManager()
            .create(pixels.slice(), new Shape(crops.size(), side, side, channels), DataType.UINT8);
    return new NDList(preparation.apply(input));
  }

  @Override
  @SuppressWarnings("unchecked")
  public List<Inference> processOutput(TranslatorContext context, NDList answers) {
    List<Crop> crops = (List<Crop>) context.getAttachment(CROPS);
    NDArray logits = answers.get(0);
    if (logits.getShape().dimension() != 2) {
      throw new IllegalStateException(
          "the program answers with %s, not with (picture, class)".formatted(logits.getShape()));
    }
    int classes = Math.toIntExact(logits.getShape().get(1));
    boolean taps = answers.size() > 2;
    float[] all = classes == 0 ? new float[0] : logits.toFloatArray();
    List<Inference> inferences = new ArrayList<>(crops.size());
    for (int i = 0; i < crops.size(); i++) {
      float[] own = Arrays.copyOfRange(all, i * classes, (i + 1) * classes);
      Crop crop = crops.get(i);
      inferences.add(
          new Inference(
              own,
              taps && crop.wantsFeatures() ? numbers(answers.get(1), i) : null,
              taps && crop.wantsFeatureMap() ? map(answers.get(2), i) : null));
    }
    return inferences;
  }

  /** One picture's; null if the program answers with none. */
  private static float @Nullable [] numbers(NDArray all, int picture) {
    return all.getShape().size() == 0 ? null : all.get(picture).toFloatArray();
  }

  private static Inference.@Nullable FeatureMap map(NDArray all, int picture) {
    if (all.getShape().size() == 0) {
      return null;
    }
    NDArray planes = all.get(picture);
    Shape shape = planes.getShape();
    return new Inference.FeatureMap(
        Math.toIntExact(shape.get(0)),
        Math.toIntExact(shape.get(1)),
        Math.toIntExact(shape.get(2)),
        planes.toFloatArray());
  }
}
