import java.awt.image.BufferedImage;
import java.io.File;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Writes a JPEG of so many megapixels, about as hard to decode as a photograph: {@code java Photograph.java MEGAPIXELS FILE}. */
class Photograph {
  public static void main(String[] arguments) throws Exception {
    double megapixels = Double.parseDouble(arguments[0]);
    int width = (int) Math.round(Math.sqrt(megapixels * 1e6 * 4 / 3) / 4) * 4;
    int height = width / 4 * 3;
    SplittableRandom random = new SplittableRandom(width);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int level = (int) (110 + 60 * Math.sin(x * 17.0 / width) * Math.cos(y * 11.0 / height)) + random.nextInt(56);
        row[x] = level << 16 | (level + 12) << 8 | (level + random.nextInt(8));
      }
      image.setRGB(0, y, width, 1, row, 0, width);
    }
    ImageIO.write(image, "jpeg", new File(arguments[1]));
  }
}
