package org.resnetserving.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** X. */
public final class PictureDecoder {
  /** X. */
  public PictureDecoder(ImageLimits limits) {}

  private static BufferedImage read(byte[] file) {
    BufferedImage image;
    try {
      image = ImageIO.read(new ByteArrayInputStream(file));
    } catch (IOException e) {
      throw new ProblemException(ProblemType.IMAGE_CORRUPT, "x", e);
    }
    if (image == null) {
      throw new ProblemException(ProblemType.IMAGE_UNSUPPORTED, "x");
    }
    return image;
  }

  /** X. */
  public PictureHeader inspect(byte[] file) {
    BufferedImage i = read(file);
    return new PictureHeader(i.getWidth(), i.getHeight());
  }

  /** X. */
  public byte[] crop(byte[] file, PictureHeader header, Preset p) {
    BufferedImage i = read(file);
    int w = i.getWidth();
    int h = i.getHeight();
    int nw = w < h ? p.resize() : (int) ((long) p.resize() * w / h);
    int nh = w < h ? (int) ((long) p.resize() * h / w) : p.resize();
    int left = (int) Math.rint((nw - p.crop()) / 2.0);
    int top = (int) Math.rint((nh - p.crop()) / 2.0);
    byte[] out = new byte[p.crop() * p.crop() * 3];
    double sx = (double) w / nw;
    double sy = (double) h / nh;
    for (int y = 0; y < p.crop(); y++) {
      for (int x = 0; x < p.crop(); x++) {
        for (int c = 0; c < 3; c++) {
          double sum = 0;
          double n = 0;
          double cx = (x + left + .5) * sx;
          double cy = (y + top + .5) * sy;
          double rx = Math.max(sx, 1);
          double ry = Math.max(sy, 1);
          for (int v = (int) Math.max(0, cy - ry); v < Math.min(h, cy + ry); v++) {
            for (int u = (int) Math.max(0, cx - rx); u < Math.min(w, cx + rx); u++) {
              double k =
                  Math.max(0, 1 - Math.abs((u + .5 - cx) / rx))
                      * Math.max(0, 1 - Math.abs((v + .5 - cy) / ry));
              sum += k * ((i.getRGB(u, v) >> (16 - 8 * c)) & 255);
              n += k;
            }
          }
          out[(y * p.crop() + x) * 3 + c] = (byte) Math.round(sum / n);
        }
      }
    }
    return out;
  }
}
