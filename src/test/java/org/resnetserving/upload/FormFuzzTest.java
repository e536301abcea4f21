package org.resnetserving.upload;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import org.resnetserving.RunningServer;
import org.resnetserving.admission.Permits;
import org.resnetserving.problem.ProblemException;

/**
 * Whatever the bytes, a form is read within its bounds or refused with a {@link ProblemException}.
 * To search: {@code JAZZER_FUZZ=1 mvn test -Dtest=FormFuzzTest}.
 */
class FormFuzzTest {
  static final int MAX_BYTES = 10_000;
  static final int MAX_PICTURES = 2;

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "8s")
  void form_ofAnyBytes_isReadOrRefused(byte[] body) throws IOException {
    Permits memory = new Permits("uploads", 1_000_000);
    MemoryClaim claim = new MemoryClaim(memory);
    Pictures pictures =
        new Pictures(new UploadLimits(MAX_BYTES, MAX_PICTURES, MAX_BYTES, 0), claim);
    FormReader form = new FormReader(pictures, MAX_PICTURES);
    try {
      form.read(new ByteArrayInputStream(body), "X");
      assertThat(memory.inUse()).isEqualTo(checkedBytes(pictures.list()));
    } catch (ProblemException e) {
      // refused
    } finally {
      claim.close();
    }
    assertThat(memory.inUse()).isZero();
  }

  /** How many bytes the pictures have, which are no more and no larger than they may be. */
  static long checkedBytes(List<UploadedPicture> pictures) {
    assertThat(pictures).hasSizeLessThanOrEqualTo(MAX_PICTURES);
    long sum = 0;
    for (UploadedPicture picture : pictures) {
      sum += picture.problem().isPresent() ? 0 : picture.bytes().length;
    }
    assertThat(sum).isLessThanOrEqualTo(MAX_BYTES);
    return sum;
  }

  static Stream<byte[]> seeds() {
    return Stream.of("brackets", "fieldtype", "lf")
        .map(name -> RunningServer.picture("forms/form-boundary-X-" + name + ".body"));
  }
}
