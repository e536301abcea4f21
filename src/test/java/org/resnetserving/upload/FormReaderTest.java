package org.resnetserving.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.RunningServer;
import org.resnetserving.admission.Permits;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

final class FormReaderTest {
  private static final int MAX_BYTES = 100_000;
  private static final String PICTURE =
      "--X\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n";

  private final Permits memory = new Permits("uploads", 1_000_000);
  private final Pictures pictures = pictures();
  private final FormReader form = new FormReader(pictures, 2);

  @ParameterizedTest
  @ValueSource(strings = {"brackets", "fieldtype", "lf"})
  void form_asSomeClientsSendIt_hasItsPicture(String name) throws Exception {
    form.read(
        new ByteArrayInputStream(RunningServer.picture("forms/form-boundary-X-" + name + ".body")),
        "X");
    assertThat(pictures.list()).hasSize(1);
    byte[] bytes = pictures.list().get(0).bytes();
    assertThat(bytes).startsWith(0xff, 0xd8).endsWith(0xff, 0xd9);
    assertThat(memory.inUse()).isEqualTo(bytes.length);
  }

  @Test
  void form_withAFileNameOfManyCjkCharacters_hasItsPicture() throws Exception {
    read(
        "--X\r\nContent-Disposition: form-data; name=\"image\"; filename=\""
            + "猫".repeat(1000)
            + ".jpg\"\r\n\r\nJPEG\r\n--X--\r\n");
    assertThat(pictures.list().get(0).bytes()).isEqualTo("JPEG".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void form_inBase64_isDecoded() throws Exception {
    read(
        "--X\r\nContent-Disposition: form-data; name=image\r\nContent-Transfer-Encoding: base64\r\n\r\n"
            + Base64.getEncoder().encodeToString("JPEG".getBytes(StandardCharsets.UTF_8))
            + "\r\n--X--");
    assertThat(pictures.list().get(0).bytes()).isEqualTo("JPEG".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void form_withText_hasItAsParameters() throws Exception {
    read(
        PICTURE
            + "JPEG\r\n--X\r\nContent-Disposition: form-data; name=\"top_k\"\r\n\r\n3\r\n"
            + "--X\r\nContent-Disposition: form-data; name=\"名\"\r\n\r\né\r\n--X--\r\nafterwards");
    assertThat(form.parameters()).hasSize(2);
    assertThat(form.parameters().get("top_k")).containsExactly("3");
    assertThat(form.parameters().get("名")).containsExactly("é");
  }

  @Test
  void form_ofBytesThatLookLikeItsBoundary_keepsThem() throws Exception {
    byte[] body = (PICTURE + "a\r\n--Xy\r\n-X\r\n--\r\n--X--").getBytes(StandardCharsets.UTF_8);
    form.read(new ByteArrayInputStream(body), "X");
    assertThat(new String(pictures.list().get(0).bytes(), StandardCharsets.UTF_8))
        .isEqualTo("a\r\n--Xy\r\n-X\r\n--");
  }

  @Test
  void form_withAFileInAnotherField_namesIt() throws Exception {
    read(
        "--X\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a\"\r\n\r\nJPEG\r\n--X--");
    assertThat(pictures.list()).isEmpty();
    assertThat(form.otherFiles()).containsExactly("photo");
    assertThat(memory.inUse()).isZero();
  }

  @Test
  void form_thatBreaksOff_isTruncated() {
    assertRefused(PICTURE + "half of a pict", ProblemType.IMAGE_TRUNCATED, "part 1");
  }

  @Test
  void form_withoutALineOfItsBoundary_isMalformed() {
    assertRefused("no form at all", ProblemType.FORM_MALFORMED, "--X");
  }

  @Test
  void form_withMoreHeadersThanAllowed_saysHowManyBytesTheyMayHave() {
    assertRefused(
        "--X\r\nContent-Disposition: form-data; name=image; filename=\""
            + "n".repeat(9000)
            + "\"\r\n\r\nJPEG\r\n--X--",
        ProblemType.FORM_TOO_LARGE,
        "8,192 bytes");
    assertRefused(
        "--X\r\n" + "A: b\r\n".repeat(30) + "\r\nJPEG\r\n--X--",
        ProblemType.FORM_TOO_LARGE,
        "headers");
  }

  @Test
  void form_withMorePartsThanAllowed_saysHowManyItMayHave() {
    assertRefused(
        "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n".repeat(80) + "--X--",
        ProblemType.FORM_TOO_LARGE,
        "66 parts");
    assertRefused(
        (PICTURE + "JPEG\r\n").repeat(3) + "--X--",
        ProblemType.REQUEST_TOO_LARGE,
        "may have 2 pictures");
  }

  @Test
  void form_withMuchText_isRefusedForIt() {
    assertRefused(
        "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n"
            + "1".repeat(70_000)
            + "\r\n--X--",
        ProblemType.FORM_TOO_LARGE,
        "65,536 bytes besides");
  }

  @Test
  void form_withABadPicture_hasItsProblemAndTheOthers() throws Exception {
    read(PICTURE + "p".repeat(MAX_BYTES + 1) + "\r\n" + PICTURE + "JPEG\r\n--X--");
    assertThat(pictures.list()).hasSize(2);
    assertThatThrownBy(() -> pictures.list().get(0).bytes())
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.IMAGE_TOO_LARGE))
        .hasMessageContaining("100,000");
    assertThat(pictures.list().get(1).bytes()).hasSize(4);
    assertThat(memory.inUse()).isEqualTo(4);
  }

  @Test
  void form_withAnEmptyPicture_hasItsProblem() throws Exception {
    read(PICTURE + "\r\n--X--");
    assertThat(pictures.list().get(0).problem())
        .hasValueSatisfying(e -> assertThat(e.type()).isEqualTo(ProblemType.IMAGE_MISSING));
  }

  @Test
  void form_withManyBytesInItsPictures_saysHowManyTheyMayHave() {
    assertRefused(
        (PICTURE + "p".repeat(MAX_BYTES) + "\r\n").repeat(2) + "--X--",
        ProblemType.REQUEST_TOO_LARGE,
        "150,000 bytes together");
  }

  private Pictures pictures() {
    return new Pictures(new UploadLimits(MAX_BYTES, 2, 150_000, 0), new MemoryClaim(memory));
  }

  private void read(String body) throws Exception {
    form.read(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), "X");
  }

  private void assertRefused(String body, ProblemType type, String said) {
    FormReader reader = new FormReader(pictures(), 2);
    assertThatThrownBy(
            () -> reader.read(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), "X"))
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.type()).isEqualTo(type))
        .hasMessageContaining(said);
  }
}
