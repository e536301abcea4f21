package org.resnetserving.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WeightFilesTest {
  private static final Path SAFETENSORS =
      Path.of("models/resnet20-cifar10/resnet20-cifar10.safetensors");
  private static final Path ZIP = Path.of("src/test/resources/weights/resnet20-cifar10.pth");
  private static final Path LEGACY =
      Path.of("src/test/resources/weights/resnet20-cifar10.legacy.pth");

  @TempDir private Path folder;

  @Test
  void format_isToldByContent() throws IOException {
    WeightFileWriter writer = new WeightFileWriter().tensor("w", new int[] {1}, 1);

    assertThat(formatOf("a.pth", writer.safetensors())).isEqualTo(WeightFormat.SAFETENSORS);
    assertThat(formatOf("b.bin", writer.zip())).isEqualTo(WeightFormat.PICKLE_ZIP);
    assertThat(formatOf("c.pt", writer.legacy())).isEqualTo(WeightFormat.PICKLE_LEGACY);
    assertThat(formatOf("d.pth", tar())).isEqualTo(WeightFormat.PICKLE_TAR);
    assertThat(formatOf("e.pth", torchScript())).isEqualTo(WeightFormat.TORCHSCRIPT);
    assertThat(formatOf("f.pth", gzip(torchScript()))).isEqualTo(WeightFormat.TORCHSCRIPT_GZIP);
    assertThat(formatOf("g.pth", gzip(tar()))).isEqualTo(WeightFormat.UNKNOWN);
    assertThat(formatOf("h.pth", WeightFileWriter.zip(Map.of("x", new byte[1]))))
        .isEqualTo(WeightFormat.UNKNOWN);
    assertThat(formatOf("i.pth", new byte[0])).isEqualTo(WeightFormat.UNKNOWN);
  }

  /** As where a file is copied over while it is loaded: it is read, not mapped, so no SIGBUS. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "models/resnet20-cifar10/resnet20-cifar10.safetensors",
        "src/test/resources/weights/resnet20-cifar10.pth",
        "src/test/resources/weights/resnet20-cifar10.legacy.pth"
      })
  void file_thatBecomesShorterWhileItIsRead_isRefused(String file) throws IOException {
    Path copy = Files.copy(Path.of(file), folder.resolve("copy"));
    try (StateDict open = WeightFiles.open(copy)) {
      try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() / 2);
      }
      assertThatExceptionOfType(WeightsException.class)
          .isThrownBy(() -> open.names().stream().filter(open::isFloatingPoint).forEach(open::read))
          .withMessageContaining("the file became shorter while it was read");
    }
  }

  /** Three files that PyTorch and the safetensors library wrote from one network. */
  @Test
  void formats_ofOneNetwork_readBitForBitTheSame() {
    try (StateDict one = WeightFiles.open(SAFETENSORS);
        StateDict two = WeightFiles.open(ZIP);
        StateDict three = WeightFiles.open(LEGACY)) {
      assertThat(one.names()).hasSize(97).contains("conv1.weight", "fc.bias");
      assertThat(two.names()).hasSize(116).containsAll(one.names());
      assertThat(three.names()).containsExactlyElementsOf(two.names());
      for (String name : one.names()) {
        assertThat(two.shape(name)).as(name).isEqualTo(one.shape(name));
        assertThat(three.shape(name)).as(name).isEqualTo(one.shape(name));
        assertThat(two.read(name)).as(name).isEqualTo(one.read(name));
        assertThat(three.read(name)).as(name).isEqualTo(one.read(name));
      }
      assertThat(two.isFloatingPoint("bn1.num_batches_tracked")).isFalse();
      assertThat(two.shape("bn1.num_batches_tracked")).isEmpty();
    }
  }

  @Test
  void closed_holdsNoFileAndReadsNoMore() throws IOException {
    Path file = Files.copy(ZIP, folder.resolve("a.pth"));
    StateDict dict = WeightFiles.open(file);

    dict.close();
    dict.close();
    Files.delete(file);

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> dict.read("conv1.weight"))
        .withMessageContaining("a.pth: cannot be read");
  }

  @ParameterizedTest
  @CsvSource({
    "resnet18-5c106cde.pth, resnet18-f37072fd.pth",
    "resnet34-333f7ec4.pth, resnet34-b627a593.pth",
    "my-resnet50-19c8e357.pth, resnet50-0676ba61.pth",
    "resnet101-5d3b4d8f.pth, resnet101-63fe2227.pth",
    "resnet152-b121ed2d.pth, resnet152-394f9c45.pth",
    "other.pth, save model.state_dict()"
  })
  void tar_isRefusedWithItsReplacement(String name, String advice) {
    assertRefused(name, tar(), advice);
  }

  @Test
  void whatIsNoStateDict_isRefusedInWords() throws IOException {
    assertRefused("a.pt", torchScript(), "TorchScript program, not a state dict");
    assertRefused("b.pt.gz", gzip(torchScript()), "TorchScript program, not a state dict");
    assertRefused("c.pth", new byte[0], "c.pth: is empty");
    assertRefused("d.pth", ascii("\n<!DOCTYPE html>"), "an error page");
    assertRefused("e.pth", ascii("version https://git-lfs.github.com/spec/v1"), "Git LFS pointer");
    assertRefused("f.pth", new byte[] {(byte) 0x80, 4, 'N', '.'}, "not as torch.save writes it");
    assertRefused("g.pth", ascii("hello"), "neither .safetensors nor written by torch.save");
    assertRefused("h.zip", WeightFileWriter.zip(Map.of("x", new byte[1])), "neither");
  }

  @Test
  void path_thatIsNoFile_isRefused() {
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> WeightFiles.open(folder.resolve("none.pth")))
        .withMessageContaining("none.pth: no such file");
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> WeightFiles.formatOf(folder))
        .withMessageContaining("is a directory");
  }

  @Test
  void gzip_isUnpacked() throws IOException {
    Path packed = Files.write(folder.resolve("a.pt.gz"), gzip(torchScript()));
    Path target = folder.resolve("a.pt");

    WeightFiles.unpack(packed, target, torchScript().length);

    assertThat(target).hasBinaryContent(torchScript());
  }

  @Test
  void gzip_thatUnpacksToTooMuch_isRefusedAndLeavesNothing() throws IOException {
    Path packed = Files.write(folder.resolve("bomb.gz"), gzip(new byte[1 << 20]));
    Path target = folder.resolve("bomb");

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> WeightFiles.unpack(packed, target, (1 << 20) - 1))
        .withMessageContaining("bomb.gz: unpacks to more than the 1048575 bytes");
    assertThat(target).doesNotExist();
  }

  @Test
  void gzip_thatIsDamaged_isRefusedAndLeavesNothing() throws IOException {
    byte[] bytes = gzip(torchScript());
    Path packed = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(bytes, 90));
    Path target = folder.resolve("cut");

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> WeightFiles.unpack(packed, target, 1 << 20))
        .withMessageContaining("cut.gz: is damaged gzip");
    assertThat(target).doesNotExist();
  }

  private WeightFormat formatOf(String name, byte[] content) throws IOException {
    return WeightFiles.formatOf(Files.write(folder.resolve(name), content));
  }

  private void assertRefused(String name, byte[] content, String reason) {
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> WeightFiles.open(Files.write(folder.resolve(name), content)))
        .withMessageStartingWith(name)
        .withMessageContaining(reason);
  }

  private static byte[] torchScript() {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("data.pkl", new PickleWriter().raw('N').stop());
    entries.put("code/__torch__.py", ascii("class Net(Module):\n"));
    entries.put("constants.pkl", new PickleWriter().raw(')').stop());
    return WeightFileWriter.zip(entries);
  }

  private static byte[] tar() {
    byte[] tar = new byte[10_240];
    System.arraycopy(ascii("storages"), 0, tar, 0, 8);
    System.arraycopy(ascii("ustar\00000"), 0, tar, 257, 8);
    return tar;
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
