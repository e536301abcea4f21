package org.resnetserving.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;

final class PeakTest {
  @TempDir private Path folder;

  @Test
  void matrices_areProductsOfTheSizeThatTheyAreSaidToBe() {
    long pixels = Peak.SIDE * Peak.SIDE;
    assertThat(Peak.matrices().multiplyAdds(Peak.SIDE, Peak.SIDE))
        .isEqualTo(pixels * 512 * 3 + 7 * pixels * 512 * 512 + 2 * 512);
  }

  @ParameterizedTest
  @EnumSource
  void matrices_haveAProgramOfEachKind(ProgramKind kind) throws IOException {
    Path file = folder.resolve("matrices.pt");
    ProgramCompiler.compile(Peak.matrices(), kind, Peak.SIDE, file);
    assertThat(Files.size(file)).isGreaterThan(1 << 20);
  }

  @Test
  void share_isInPercent() {
    assertThat(new Peak(30, 40).share()).isEqualTo(75);
  }
}
