package org.resnetserving.faults;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/**
 * A TorchScript program that libtorch itself fails in, by what it is shown: red has it do what
 * cannot be done, blue has it ask for more memory than there is, and green does so where it is not
 * alone. Any other picture is answered by the means of its three channels.
 */
final class FaultyProgram {
  /** Makes a run fail: a view of a shape that does not fit. */
  static final int RED = 0xff0000;

  /** Makes a run fail that has other pictures too: memory. */
  static final int GREEN = 0x00ff00;

  /** Makes a run fail: memory. */
  static final int BLUE = 0x0000ff;

  /** Is answered. */
  static final int GREY = 0x808080;

  private static final String CODE =
      """
      class Network(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def forward(self: __torch__.Network,
          x: Tensor) -> Tensor:
          c = torch.mean(x, [2, 3])
          r = torch.select(c, 1, 0)
          g = torch.select(c, 1, 1)
          b = torch.select(c, 1, 2)
          red = bool(torch.gt(torch.max(torch.sub(r, g)), 0.9))
          green = bool(torch.gt(torch.max(torch.sub(g, b)), 0.9))
          blue = bool(torch.gt(torch.max(torch.sub(b, r)), 0.9))
          several = torch.gt(torch.size(x, 0), 1)
          if red:
            y = torch.view(c, [7])
          else:
            y = c
          if blue:
            z = torch.zeros([1125899906842624])
          else:
            z = y
          if green:
            if several:
              w = torch.zeros([1125899906842624])
            else:
              w = z
          else:
            w = z
          return torch.mul(w, 9.)
      """;

  private FaultyProgram() {}

  /** Describes it in a folder of models, as {@code faulty}. */
  static void describe(Path models) throws IOException {
    Files.writeString(models.resolve("labels.txt"), "red\ngreen\nblue\n");
    write(models.resolve("faulty.pt"));
    Files.writeString(
        models.resolve("faulty.yml"),
        """
        title: A program that fails when it is told to
        architecture: torchscript
        weights: {file: faulty.pt}
        labels: labels.txt
        preset: {resize: 32, crop: 32, interpolation: bilinear, mean: [0, 0, 0], std: [1, 1, 1]}
        license: Apache-2.0
        """);
  }

  private static void write(Path file) throws IOException {
    byte[] object =
        "\u0080\u0002c__torch__\nNetwork\n)\u0081}X\b\u0000\u0000\u0000training\u0089sb."
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] nothing = "\u0080\u0002).".getBytes(StandardCharsets.ISO_8859_1);
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      store(zip, "version", "3\n".getBytes(StandardCharsets.US_ASCII));
      store(zip, "code/__torch__.py", CODE.getBytes(StandardCharsets.US_ASCII));
      store(zip, "constants.pkl", nothing);
      store(zip, "data.pkl", object);
    }
  }

  private static void store(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(content);
    ZipEntry entry = new ZipEntry("network/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(sum.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  /** A PNG of one colour. */
  static byte[] picture(int colour) {
    BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 32 * 32; i++) {
      image.setRGB(i % 32, i / 32, colour);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
