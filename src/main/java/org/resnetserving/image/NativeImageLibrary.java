package org.resnetserving.image;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.ErrorCallback;
import org.jspecify.annotations.Nullable;

/**
 * OpenCV's decoders, loaded. Having one of these is what allows to decode.
 *
 * <p>The libraries are unpacked once into a folder, so that a home that cannot be written to does
 * not matter. Where that folder is part of an image, it is read-only and has them already.
 */
public final class NativeImageLibrary {
  /** {@code cv::utils::logging::setLogLevel} as GCC and Clang name it. */
  private static final String SET_LOG_LEVEL = "_ZN2cv5utils7logging11setLogLevelENS1_8LogLevelE";

  private static final String GET_LOG_LEVEL = "_ZN2cv5utils7logging11getLogLevelEv";

  static final int SILENT = 0;
  private static final int UNKNOWN = -1;

  private static @Nullable NativeImageLibrary loaded;

  private NativeImageLibrary() {}

  /**
   * Loads the libraries, once for the whole process.
   *
   * @param folder where to unpack them; made if it is not there. If it cannot be written to, they
   *     must have been unpacked into it before
   * @throws IllegalStateException if they cannot be unpacked or do not load here
   */
  public static synchronized NativeImageLibrary load(Path folder) {
    if (loaded == null) {
      find(folder.toAbsolutePath());
      // We free what we allocate: no collector's help, and no limit that counts others' memory.
      System.setProperty("org.bytedeco.javacpp.nopointergc", "true");
      System.setProperty("org.bytedeco.javacpp.maxbytes", "0");
      System.setProperty("org.bytedeco.javacpp.maxphysicalbytes", "0");
      try {
        Loader.load(opencv_core.class);
        Loader.load(opencv_imgcodecs.class);
        opencv_core.setNumThreads(1);
        silence();
      } catch (LinkageError | RuntimeException e) {
        throw new IllegalStateException(
            "The picture decoders (OpenCV) did not load from %s on %s %s: %s. Is there a build of them for this platform, and may libraries be executed from that folder?"
                .formatted(
                    folder,
                    System.getProperty("os.name"),
                    System.getProperty("os.arch"),
                    e.getMessage()),
            e);
      }
      loaded = new NativeImageLibrary();
    }
    return loaded;
  }

  /**
   * Tells JavaCPP where to unpack; or, since it insists on writing there, where to look instead.
   */
  static void find(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.delete(Files.createTempFile(folder, "writable", null));
      System.setProperty("org.bytedeco.javacpp.cachedir", folder.toString());
    } catch (IOException e) {
      String unpacked = unpackedIn(folder);
      if (unpacked.isEmpty()) {
        throw new IllegalStateException(
            "The picture decoders cannot be unpacked into %s (%s): configure a folder that this process may write to."
                .formatted(folder, e),
            e);
      }
      System.setProperty("org.bytedeco.javacpp.pathsFirst", "true");
      System.setProperty("java.library.path", unpacked);
    }
  }

  private static String unpackedIn(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(NativeImageLibrary::hasLibraries)
          .map(Path::toString)
          .collect(Collectors.joining(File.pathSeparator));
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }

  private static boolean hasLibraries(Path folder) {
    String[] libraries = folder.toFile().list((parent, name) -> name.contains("jni"));
    return libraries != null && libraries.length > 0;
  }

  /**
   * What is wrong with a picture is told to who sent it. OpenCV would repeat it on standard error,
   * thousands of lines for a single broken fax. Its binding lacks the function that stops this, so
   * it is called as if it were a callback of more arguments, which calling conventions allow.
   */
  private static void silence() {
    call(SET_LOG_LEVEL, SILENT);
  }

  /** OpenCV's own level of logging; {@link #SILENT} where it could be silenced. */
  static int logLevel() {
    return call(GET_LOG_LEVEL, 0);
  }

  private static int call(String function, int argument) {
    Pointer address = Loader.addressof(function);
    if (address == null) {
      return UNKNOWN;
    }
    // What the binding takes for a callback is a structure that begins with the address.
    try (PointerPointer<Pointer> callback = new PointerPointer<>(address, null)) {
      return new ErrorCallback(callback).call(argument, null, null, null, 0, null);
    }
  }
}
