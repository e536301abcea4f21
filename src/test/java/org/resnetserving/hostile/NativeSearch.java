package org.resnetserving.hostile;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.image.ImageLimits;
import org.resnetserving.image.Interpolation;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.image.Picture;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.image.Preset;
import org.resnetserving.problem.ProblemException;

/**
 * Searches the native decoders for a file that ends the process: damaged JPEG, WebP and TIFF by
 * number, without HTTP. {@code src/test/fuzz/natives.sh} goes on where the run before ended; a file
 * {@code now} has the number of the file that is being decoded.
 */
final class NativeSearch {
  private static final ImageLimits LIMITS = new ImageLimits(1_000_000);
  private static final Preset PRESET = new Preset(24, 20, Interpolation.BICUBIC);
  private static final long SLOW = 2_000_000_000L;

  private NativeSearch() {}

  private static List<byte[]> seeds() throws IOException {
    List<Path> files = new ArrayList<>();
    for (String folder : List.of("pictures", "pillow", "tried", "golden/preprocess")) {
      try (Stream<Path> found = Files.list(Path.of("src/test/resources", folder))) {
        found
            .filter(file -> file.toString().matches(".*\\.(jpe?g|webp|tiff?)"))
            .sorted()
            .forEach(files::add);
      }
    }
    List<byte[]> seeds = new ArrayList<>();
    for (Path file : files) {
      if (Files.size(file) < 60_000) {
        seeds.add(Files.readAllBytes(file));
      }
    }
    return seeds;
  }

  public static void main(String[] args) throws IOException {
    Path folder = Files.createDirectories(Path.of(args[0]));
    long end = System.nanoTime() + Long.parseLong(args[1]) * 1_000_000_000L;
    PictureDecoder exact =
        new PictureDecoder(NativeImageLibrary.load(Path.of("target/natives")), DecodeMode.EXACT);
    PictureDecoder fast =
        new PictureDecoder(NativeImageLibrary.load(Path.of("target/natives")), DecodeMode.FAST);
    List<byte[]> seeds = seeds();
    Map<String, Integer> counts = new TreeMap<>();
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("now"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      MappedByteBuffer now = file.map(FileChannel.MapMode.READ_WRITE, 0, 8);
      for (long n = now.getLong(0) + 1; System.nanoTime() < end; n++) {
        RandomGenerator random = new SplittableRandom(n);
        byte[] made = seeds.get(random.nextInt(seeds.size()));
        for (int i = random.nextInt(1, 4); i > 0 && made.length > 0; i--) {
          Damage damage = Damage.values()[random.nextInt(Damage.values().length)];
          made = damage.of(made, seeds.get(random.nextInt(seeds.size())), random);
        }
        now.putLong(0, n);
        String format = "none";
        String outcome;
        long start = System.nanoTime();
        try {
          Picture picture = Picture.read(made, LIMITS);
          format = picture.format().name();
          (n % 4 == 0 ? fast : exact).crop(picture, PRESET);
          outcome = "decoded";
        } catch (ProblemException e) {
          String said = String.valueOf(e.getMessage());
          outcome =
              format.equals("none")
                  ? "no header"
                  : said.contains("cannot be decoded") || said.contains("its header claims")
                      ? "refused by the native decoder"
                      : "refused before";
        }
        if (System.nanoTime() - start > SLOW) {
          Files.write(folder.resolve("slow-" + n), made);
        }
        counts.merge(format + ", " + outcome, 1, Integer::sum);
      }
      Files.writeString(
          folder.resolve("counts"),
          counts + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      System.out.println(now.getLong(0) + " " + counts);
    }
  }
}
