package org.resnetserving.engine;

import ai.djl.MalformedModelException;
import ai.djl.inference.Predictor;
import ai.djl.modality.Classifications;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.modality.cv.translator.ImageClassificationTranslator;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.Batchifier;
import ai.djl.translate.TranslateException;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A picture classifier as DJL's documentation has it: a {@code Criteria}, the {@code
 * ImageClassificationTranslator} with the arguments of DJL's model zoo, its default image factory.
 * What the service is compared with; it serves nothing itself.
 */
public final class StockClassifier implements AutoCloseable {
  private static final String GRAPH_OPTIMIZER = "ai.djl.pytorch.graph_optimizer";

  private final ZooModel<Image, Classifications> model;
  private final int threads;

  private StockClassifier(ZooModel<Image, Classifications> model, int threads) {
    this.model = model;
    this.threads = threads;
  }

  /**
   * Loads a program.
   *
   * @param natives the folder into which the natives are unpacked
   * @param threads that one inference runs on
   * @param graphOptimizer whether libtorch's graph optimiser is on, as it is by default
   * @param program takes normalised planes, answers with logits first
   * @param side of the square that pictures are resized to
   * @param labels of the classes
   */
  public static StockClassifier load(
      Path natives,
      int threads,
      boolean graphOptimizer,
      Path program,
      int side,
      List<String> labels) {
    NativeEngine.start(natives, threads);
    if (graphOptimizer) {
      System.clearProperty(GRAPH_OPTIMIZER);
    }
    Map<String, Object> zooArguments =
        Map.of(
            "width",
            side,
            "height",
            side,
            "resize",
            side,
            "centerCrop",
            true,
            "normalize",
            true,
            "applySoftmax",
            true);
    ImageClassificationTranslator stock =
        ImageClassificationTranslator.builder(zooArguments).optSynset(labels).build();
    try {
      return new StockClassifier(
          Criteria.builder()
              .setTypes(Image.class, Classifications.class)
              .optEngine("PyTorch")
              .optModelPath(program.toAbsolutePath())
              .optTranslator(new LogitsOnly(stock))
              .build()
              .loadModel(),
          threads);
    } catch (IOException | ModelNotFoundException | MalformedModelException e) {
      throw new EngineFailure("DJL can't load " + program, e);
    }
  }

  /** A predictor, for one thread at a time. */
  public StockPredictor newPredictor() {
    return new StockPredictor(model.newPredictor(), threads);
  }

  /** Decodes a picture as DJL does by default. */
  public static Decoded decode(byte[] file) throws IOException {
    return new Decoded(ImageFactory.getInstance().fromInputStream(new ByteArrayInputStream(file)));
  }

  /** The image factory that DJL takes by default here. */
  public static String imageFactory() {
    return ImageFactory.getInstance().getClass().getSimpleName();
  }

  @Override
  public void close() {
    model.close();
  }

  /** A decoded picture. */
  public static final class Decoded {
    private final Image image;

    Decoded(Image image) {
      this.image = image;
    }
  }

  /** What one worker predicts with. */
  public static final class StockPredictor implements AutoCloseable {
    private final Predictor<Image, Classifications> predictor;
    private final int threads;

    StockPredictor(Predictor<Image, Classifications> predictor, int threads) {
      this.predictor = predictor;
      this.threads = threads;
    }

    /** The five most probable labels of each picture, best first. */
    public List<Map<String, Double>> classify(List<Decoded> pictures) {
      // Without this an inference on a thread of its own would run on all cores.
      JniUtils.setNumThreads(threads);
      try {
        List<Image> images = pictures.stream().map(picture -> picture.image).toList();
        return predictor.batchPredict(images).stream().map(StockPredictor::best).toList();
      } catch (TranslateException e) {
        throw new EngineFailure("the stock way failed", e);
      }
    }

    private static Map<String, Double> best(Classifications classifications) {
      Map<String, Double> best = new LinkedHashMap<>();
      classifications.topK(5).forEach(item -> best.put(item.getClassName(), item.getProbability()));
      return best;
    }

    @Override
    public void close() {
      predictor.close();
    }
  }

  /** The stock translator takes programs with one answer; ours have more after the logits. */
  private static final class LogitsOnly implements Translator<Image, Classifications> {
    private final ImageClassificationTranslator stock;

    LogitsOnly(ImageClassificationTranslator stock) {
      this.stock = stock;
    }

    @Override
    public void prepare(TranslatorContext context) throws Exception {
      stock.prepare(context);
    }

    @Override
    public Batchifier getBatchifier() {
      return stock.getBatchifier();
    }

    @Override
    public NDList processInput(TranslatorContext context, Image image) {
      return stock.processInput(context, image);
    }

    @Override
    public Classifications processOutput(TranslatorContext context, NDList answers) {
      return stock.processOutput(context, new NDList(answers.get(0)));
    }
  }
}
