package org.resnetserving.serving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.resnetserving.engine.Crop;
import org.resnetserving.image.ImageLimits;
import org.resnetserving.image.Picture;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.image.Preset;
import org.resnetserving.problem.ProblemException;

/**
 * The pictures of a folder and of those within, in the order of their names, as a network reads
 * them. Each is decoded anew whenever it is asked for: two thousand do not fit into a small heap.
 */
public final class PictureFolder extends AbstractList<Crop> implements RandomAccess {
  private final List<Path> files = new ArrayList<>();
  private final PictureDecoder decoder;
  private final ImageLimits limits;
  private final Preset preset;

  /**
   * @param decoder of the pictures
   * @param limits on their size
   * @param preset what the network wants done to them
   */
  public PictureFolder(PictureDecoder decoder, ImageLimits limits, Preset preset) {
    this.decoder = decoder;
    this.limits = limits;
    this.preset = preset;
  }

  /**
   * Takes the pictures of a folder, each of which is decoded once.
   *
   * @param most files that are looked at
   * @param maxBytes that a file may have
   * @param complaints is told of files that are no pictures, which are passed over
   * @throws IOException if the folder cannot be read
   */
  public void take(Path folder, int most, long maxBytes, Consumer<String> complaints)
      throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).sorted().limit(most).toList()) {
        if (Files.size(file) > maxBytes) {
          complaints.accept(file + " is too large");
          continue;
        }
        try {
          crop(file);
          files.add(file);
        } catch (ProblemException e) {
          complaints.accept(file + ": " + e.getMessage());
        }
      }
    }
  }

  /** The picture, with its pooled features asked for. */
  @Override
  public Crop get(int index) {
    try {
      return crop(files.get(index));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int size() {
    return files.size();
  }

  private Crop crop(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    return new Crop(decoder.crop(Picture.read(bytes, limits), preset), true, false);
  }
}
