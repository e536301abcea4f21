package org.resnetserving.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Pictures for tests, and the decoder that they are given to. */
final class Pictures {
  static final Path GOLDEN = Path.of("src/test/resources/golden/preprocess");

  private Pictures() {}

  static PictureDecoder decoder(DecodeMode mode) {
    return new PictureDecoder(NativeImageLibrary.load(Path.of("target/natives")), mode);
  }

  static byte[] crop(byte[] file, Preset preset) {
    return decoder(DecodeMode.EXACT)
        .crop(file, PictureHeader.read(file, ImageLimits.DEFAULT), preset);
  }

  static byte[] golden(String name) {
    try {
      return Files.readAllBytes(GOLDEN.resolve(name));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A 24-bit BMP of rows of pixels of red, green and blue. */
  static byte[] bmp(int[][][] picture) {
    int height = picture.length;
    int width = picture[0].length;
    int stride = (3 * width + 3) / 4 * 4;
    int size = 54 + stride * height;
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    file.put((byte) 'B').put((byte) 'M').putInt(size).putInt(0).putInt(54);
    file.putInt(40).putInt(width).putInt(height).putShort((short) 1).putShort((short) 24);
    file.putInt(0).putInt(stride * height).putInt(0).putInt(0).putInt(0).putInt(0);
    for (int y = height - 1; y >= 0; y--) {
      for (int[] pixel : picture[y]) {
        file.put((byte) pixel[2]).put((byte) pixel[1]).put((byte) pixel[0]);
      }
      file.position(54 + stride * (height - y));
    }
    return file.array();
  }
}
