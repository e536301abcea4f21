package org.resnetserving.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.resnetserving.RunningServer;

/**
 * Files that no client should send: the same for the same number, always. Two of three are damaged
 * pictures of the tests; the third is made up.
 */
final class HostileFiles {
  private static final int LARGEST_SEED = 300_000;
  private static final byte[] ESPRESSO = RunningServer.picture("pictures/espresso.jpg");

  private final List<Path> names = new ArrayList<>();
  private final List<byte[]> seeds = new ArrayList<>();

  /**
   * A file.
   *
   * @param number which one it is
   * @param made how it was made
   */
  @SuppressWarnings("ArrayRecordComponent") // Made once, compared never.
  record HostileFile(int number, String made, byte[] bytes) {
    @Override
    public String toString() {
      return "file %d (%s, %d bytes)".formatted(number, made, bytes.length);
    }
  }

  HostileFiles() throws IOException {
    for (String folder : List.of("pictures", "pillow", "tried", "golden/preprocess")) {
      Path path = Path.of("src/test/resources", folder);
      try (Stream<Path> files = Files.list(path)) {
        for (Path file : files.sorted().toList()) {
          if (!file.toString().endsWith(".full.png") && isSeed(file)) {
            names.add(path.getFileName().resolve(file.getFileName()));
            seeds.add(Files.readAllBytes(file));
          }
        }
      }
    }
  }

  static byte[] espresso() {
    return ESPRESSO.clone();
  }

  HostileFile get(int number) {
    RandomGenerator random = new SplittableRandom(number);
    if (number % 3 == 0) {
      Monster monster = Monster.values()[random.nextInt(Monster.values().length)];
      byte[] made = monster.of(random);
      if (random.nextInt(4) != 0 || made.length == 0) {
        return new HostileFile(number, monster.name(), made);
      }
      Damage damage = Damage.values()[random.nextInt(Damage.values().length)];
      return new HostileFile(
          number, monster + " with " + damage, damage.of(made, ESPRESSO, random));
    }
    int seed = random.nextInt(seeds.size());
    byte[] made = seeds.get(seed);
    StringBuilder how = new StringBuilder(names.get(seed).toString());
    for (int i = random.nextInt(1, 3); i > 0 && made.length > 0; i--) {
      Damage damage = Damage.values()[random.nextInt(Damage.values().length)];
      made = damage.of(made, seeds.get(random.nextInt(seeds.size())), random);
      how.append(" with ").append(damage);
    }
    return new HostileFile(number, how.toString(), made);
  }

  private static boolean isSeed(Path file) throws IOException {
    long size = Files.size(file);
    String name = file.getFileName().toString();
    return size > 0
        && size <= LARGEST_SEED
        && Stream.of(".json", ".txt", ".md", ".tsv", ".f32").noneMatch(name::endsWith);
  }
}
