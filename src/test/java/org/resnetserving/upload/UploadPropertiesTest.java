package org.resnetserving.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.resnetserving.upload.UploadProperties.Admission;
import org.resnetserving.upload.UploadProperties.Image;
import org.springframework.util.unit.DataSize;

final class UploadPropertiesTest {
  @Test
  void total_thatIsNotGiven_isHalfOfTheMemoryOrWhatThePicturesMayHave() {
    assertThat(properties(32, null, 128).limits().maxTotal()).isEqualTo(64 << 20);
    assertThat(properties(2, null, 128).limits().maxTotal()).isEqualTo(40 << 20);
    assertThat(properties(32, null, 8).limits().maxTotal()).isEqualTo(20 << 20);
  }

  @Test
  void bounds_thatContradictEachOther_areRefused() {
    assertThat(properties(32, 100L, 128).limits().maxTotal()).isEqualTo(100 << 20);
    assertThatThrownBy(() -> properties(32, 10L, 128)).hasMessageContaining("max-bytes (20");
    assertThatThrownBy(() -> properties(32, 200L, 128)).hasMessageContaining("admission.uploads");
    assertThatThrownBy(() -> properties(0, null, 128)).hasMessageContaining("max-count");
  }

  private static UploadProperties properties(int count, @Nullable Long total, long uploads) {
    return new UploadProperties(
        new Image(
            DataSize.ofMegabytes(20), count, total == null ? null : DataSize.ofMegabytes(total)),
        new Admission(DataSize.ofMegabytes(uploads), DataSize.ofKilobytes(1)));
  }
}
