package org.resnetserving;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures of few bytes and many pixels. */
public final class BlackPicture {
  private BlackPicture() {}

  /**
   * A black picture in colour.
   *
   * @param progressive whether all of its coefficients are in memory while it is decoded
   */
  public static byte[] jpeg(int width, int height, boolean progressive) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam how = writer.getDefaultWriteParam();
    if (progressive) {
      how.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
      writer.setOutput(out);
      BufferedImage black = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
      writer.write(null, new IIOImage(black, null, null), how);
    } finally {
      writer.dispose();
    }
    return file.toByteArray();
  }
}
