package org.resnetserving.programs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.network.ActivationRanges.Range;

final class CalibrationsTest {
  private static final Map<String, Range> RANGES = Map.of("conv1", new Range(-1, 2.5));

  @TempDir private Path folder;

  @Test
  void ranges_thatAreKept_areFound() throws IOException {
    new Calibrations(folder).keep("abc", RANGES);
    assertThat(new Calibrations(folder).find("abc")).isEqualTo(RANGES);
    assertThat(new Calibrations(folder).find("def")).isEmpty();
  }

  @Test
  void ranges_thatCannotBeKept_leaveNothingBehind() throws IOException {
    Path inTheWay = Files.createDirectories(folder.resolve("abc.tsv").resolve("in the way"));
    assertThatIOException().isThrownBy(() -> new Calibrations(folder).keep("abc", RANGES));
    assertThat(folder).isDirectoryNotContaining(file -> !file.equals(inTheWay.getParent()));
  }

  @Test
  void file_thatIsTorn_isNotUsed() throws IOException {
    Path file = new Calibrations(folder).keep("abc", RANGES);
    Files.writeString(file, "conv1\t-1.0");
    assertThat(new Calibrations(folder).find("abc")).isEmpty();
  }
}
