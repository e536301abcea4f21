package org.resnetserving.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * libtorch inside this process, by way of DJL. Started once: the first start fixes the folder and
 * the number of threads. Nothing is downloaded and nobody is called: the natives come from the
 * classpath.
 */
public final class NativeEngine {
  private static final String ENGINE = "PyTorch";

  /** About what libtorch takes on the disk. */
  private static final long UNPACKED_BYTES = 450L << 20;

  private final Engine engine;
  private final int threads;

  private NativeEngine(Engine engine, int threads) {
    this.engine = engine;
    this.threads = threads;
  }

  /**
   * Starts libtorch.
   *
   * @param natives the folder into which the natives are unpacked, once
   * @param threads how many threads one inference runs on
   * @throws EngineFailure if there are no natives for this machine, or they don't start
   */
  public static NativeEngine start(Path natives, int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("an inference on %d threads".formatted(threads));
    }
    refuse("DJL_OFFLINE", Set.of("true"));
    refuse("PYTORCH_VERSION", Set.of());
    String classifier = NativePlatform.detect();
    ClassLoader classpath = NativeEngine.class.getClassLoader();
    if (System.getenv("PYTORCH_LIBRARY_PATH") == null) {
      NativePlatform.requireNatives(classifier, classpath);
    }
    set("ai.djl.offline", "true");
    set("OPT_OUT_TRACKING", "true");
    set("ENGINE_CACHE_DIR", natives.toString());
    set("DJL_CACHE_DIR", natives.toString());
    set("ai.djl.default_engine", ENGINE);
    set("ai.djl.pytorch.num_interop_threads", "1");
    set("ai.djl.pytorch.num_threads", Integer.toString(threads));
    set("ai.djl.pytorch.graph_optimizer", "false");
    Thread thread = Thread.currentThread();
    ClassLoader context = thread.getContextClassLoader();
    // DJL looks for the natives by the thread's class loader.
    thread.setContextClassLoader(classpath);
    try {
      Files.createDirectories(natives);
      try (Unpacking unpacking = Unpacking.begin(natives)) {
        return new NativeEngine(Engine.getEngine(ENGINE), threads);
      }
    } catch (IOException | EngineException | LinkageError | AssertionError e) {
      throw new EngineFailure(
          "libtorch for %s did not start: %s. Its libraries belong into %s%s"
              .formatted(classifier, innermost(e), natives, free(natives)),
          e);
    } finally {
      thread.setContextClassLoader(context);
    }
  }

  private static Throwable innermost(Throwable failure) {
    Throwable at = failure;
    for (Throwable cause = at.getCause(); cause != null && cause != at; cause = at.getCause()) {
      at = cause;
    }
    return at;
  }

  /** A full disk is said to be one, also where the system only says that it did not work. */
  private static String free(Path natives) {
    try {
      long bytes = Files.getFileStore(natives).getUsableSpace();
      return bytes < UNPACKED_BYTES
          ? ", where %d MiB are free and they take about %d"
              .formatted(bytes >> 20, UNPACKED_BYTES >> 20)
          : "";
    } catch (IOException e) {
      return "";
    }
  }

  private static void set(String property, String value) {
    System.setProperty(property, value);
  }

  /** Refuses an environment variable that would make DJL download. */
  private static void refuse(String variable, Set<String> allowed) {
    String value = System.getenv(variable);
    if (value != null && !value.isEmpty() && !allowed.contains(value)) {
      throw new EngineFailure(
          "environment variable %s=%s makes DJL download; unset it".formatted(variable, value));
    }
  }

  /** libtorch's version. */
  public String version() {
    return engine.getVersion();
  }

  /** What this build of libtorch can do, by its own names ({@code MKLDNN}, {@code OPENMP}, …). */
  public Set<String> features() {
    return new TreeSet<>(JniUtils.getFeatures());
  }

  /** Whether programs run on a GPU: this build of libtorch can, and there is one. */
  public boolean isGpu() {
    return engine.defaultDevice().isGpu();
  }

  /** How many threads one inference runs on. */
  public int threads() {
    return threads;
  }

  /**
   * Loads a program that is written for this: to a temporary file, which is gone afterwards.
   *
   * @param compilation writes it
   * @param side of its crops, in pixels
   * @param maxBatch the most pictures that one run takes
   * @throws EngineFailure if libtorch refuses it
   * @throws IOException if the file cannot be written
   */
  public CompiledModel load(Compilation compilation, int side, int maxBatch) throws IOException {
    try {
      try (ProgramFile file = ProgramFile.in(Path.of(System.getProperty("java.io.tmpdir")))) {
        compilation.to(file.path());
        return load(file.path(), side, maxBatch);
      }
    } catch (IOException e) {
      throw new IOException(
          "the program cannot be written to %s (%s); -Djava.io.tmpdir= names another folder"
              .formatted(System.getProperty("java.io.tmpdir"), e.getMessage()),
          e);
    }
  }

  /**
   * Loads a program.
   *
   * @param archive the file, which is not read again afterwards
   * @param side rows and columns of the pictures
   * @param maxBatch the most pictures that one run takes
   * @throws EngineFailure if libtorch can't load it
   */
  public CompiledModel load(Path archive, int side, int maxBatch) {
    return CompiledModel.load(engine, archive, side, maxBatch, threads, UnaryOperator.identity());
  }

  /**
   * Loads a program that others traced or scripted, as it is: it takes normalised float32 planes
   * (picture, channel, row, column) and returns logits (picture, class) and nothing else.
   *
   * @param archive the file, which is not read again afterwards
   * @param side rows and columns of the pictures
   * @param mean of each channel, on the scale of 0 to 1
   * @param deviation of each channel, on the scale of 0 to 1
   * @param maxBatch the most pictures that one run takes
   * @throws EngineFailure if libtorch can't load it
   */
  public CompiledModel loadTraced(
      Path archive, int side, List<Float> mean, List<Float> deviation, int maxBatch) {
    return CompiledModel.load(
        engine, archive, side, maxBatch, threads, new Planes(mean, deviation));
  }
}
