package org.resnetserving.upload;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
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
  private static final int MAX_BYTES = 10_000;

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "60s")
  void form_ofAnyBytes_isReadOrRefused(byte[] body) throws IOException {
    Permits memory = new Permits("uploads", 1_000_000);
    MemoryClaim claim = new MemoryClaim(memory);
    FormReader form = new FormReader(MAX_BYTES, 2, claim);
    try {
      form.read(new ByteArrayInputStream(body), "X");
      assertThat(form.pictures()).hasSizeLessThanOrEqualTo(2);
      long sum = 0;
      for (UploadedPicture picture : form.pictures()) {
        assertThat(picture.bytes()).hasSizeLessThanOrEqualTo(MAX_BYTES);
        sum += picture.bytes().length;
      }
      assertThat(memory.inUse()).isEqualTo(sum);
    } catch (ProblemException e) {
      // refused
    } finally {
      claim.close();
    }
    assertThat(memory.inUse()).isZero();
  }

  static Stream<byte[]> seeds() {
    return Stream.of("brackets", "fieldtype", "lf")
        .map(name -> RunningServer.picture("forms/form-boundary-X-" + name + ".body"));
  }
}
