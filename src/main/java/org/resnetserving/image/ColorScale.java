package org.resnetserving.image;

import java.nio.ByteBuffer;
import java.util.Locale;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Colours for levels from 0 to 255, of which each step looks equally large. They are those of
 * matplotlib, from the tables that OpenCV brings along (Apache License 2.0).
 */
public enum ColorScale {
  /** Blue over green to yellow; by Nathaniel Smith and Stéfan van der Walt (CC0). */
  VIRIDIS(opencv_imgproc.COLORMAP_VIRIDIS),
  /** Black over red to pale yellow; by the same (CC0). */
  INFERNO(opencv_imgproc.COLORMAP_INFERNO),
  /**
   * Blue to yellow, the same to those who do not tell red from green; by Nuñez, Anderton and
   * Renslow, "Optimizing colormaps with consideration for color vision deficiency", 2018.
   */
  CIVIDIS(opencv_imgproc.COLORMAP_CIVIDIS);

  private static final int LEVELS = 256;

  private final int number;

  ColorScale(int number) {
    this.number = number;
  }

  /** The name that requests call it by. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Red, green and blue of each level. Needs the native library. */
  @SuppressWarnings("UnsafeFinalization") // Closed here, after the last use.
  byte[] table() {
    byte[] ramp = new byte[LEVELS];
    for (int level = 0; level < LEVELS; level++) {
      ramp[level] = (byte) level;
    }
    byte[] table = new byte[3 * LEVELS];
    try (BytePointer levels = new BytePointer(ramp);
        Mat row = new Mat(1, LEVELS, opencv_core.CV_8UC1, levels);
        Mat coloured = new Mat()) {
      opencv_imgproc.applyColorMap(row, coloured, number);
      ByteBuffer bgr = coloured.createBuffer();
      for (int i = 0; i < table.length; i += 3) {
        table[i] = bgr.get(i + 2);
        table[i + 1] = bgr.get(i + 1);
        table[i + 2] = bgr.get(i);
      }
    }
    return table;
  }
}
