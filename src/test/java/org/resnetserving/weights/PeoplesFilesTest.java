package org.resnetserving.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files as people have them: their README says what they are. */
class PeoplesFilesTest {
  private static final Path FOLDER = Path.of("src/test/resources/weights/people");

  /** What is not the one network, or has it in other types. */
  private static final Set<String> OTHERS =
      Set.of(
          "README.md",
          "two.pth",
          "beside.pth",
          "behind.pth",
          "moco.pth.tar",
          "dino.pth",
          "quantized-head.pth",
          "sparse-head.pth",
          "half.pth",
          "bfloat16.pth",
          "double.pth");

  @ParameterizedTest
  @MethodSource("files")
  void file_ofAnyOrigin_givesTheNetworkBitForBit(Path file) {
    try (StateDict reference = open("reference.safetensors");
        StateDict dict = WeightFiles.open(file)) {
      assertThat(dict.names())
          .filteredOn(name -> !name.endsWith("num_batches_tracked"))
          .containsExactlyInAnyOrderElementsOf(reference.names());
      for (String name : reference.names()) {
        assertThat(dict.shape(name)).as(name).isEqualTo(reference.shape(name));
        assertThat(dict.read(name)).as(name).isEqualTo(reference.read(name));
      }
      assertThat(dict.hasHead()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"half.pth, 1e-3", "bfloat16.pth, 1e-2", "double.pth, 1e-9"})
  void tensors_ofOtherTypes_areRead(String file, double tolerance) {
    try (StateDict reference = open("reference.safetensors");
        StateDict dict = open(file)) {
      assertThat(dict.read("fc.weight")[3])
          .isCloseTo(reference.read("fc.weight")[3], within((float) tolerance));
      assertThat(dict.read("bn1.running_var")).hasSize(2);
    }
  }

  /** What the service says of where the network was in the file. */
  @ParameterizedTest
  @CsvSource({
    "reference.safetensors, '', '', fc, 0",
    "lightning-backbone-head.ckpt, state_dict, backbone., head, 1",
    "timm-ema.pth.tar, state_dict, '', fc, 1",
    "thop.pth, '', '', fc, 1",
    "moco.pth.tar, state_dict, module.encoder_q., , 1"
  })
  void selection_saysWhatWasTaken(
      String file, String entry, String prefix, @Nullable String head, int counters) {
    try (StateDict dict = open(file)) {
      Selection selection = dict.selection();
      assertThat(selection.entry()).isEqualTo(entry);
      assertThat(selection.prefix()).isEqualTo(prefix);
      assertThat(selection.head()).isEqualTo(head);
      assertThat(Math.min(selection.counters(), 1)).isEqualTo(counters);
    }
  }

  /** MoCo's and DINO's networks have projections where others have a head: they have none. */
  @ParameterizedTest
  @CsvSource({
    "moco.pth.tar, module.encoder_q.fc.0.weight, module.encoder_k.conv1.weight",
    "dino.pth, head.mlp.0.weight, head.last_layer.weight_v"
  })
  void network_thatLearntWithoutLabels_hasNoHead(String file, String projection, String other) {
    try (StateDict reference = open("reference.safetensors");
        StateDict dict = open(file)) {
      assertThat(dict.hasHead()).isFalse();
      assertThat(dict.selection().leftOut()).contains(projection, other);
      assertThat(dict.read("layer4.0.conv2.weight"))
          .isEqualTo(reference.read("layer4.0.conv2.weight"));
      assertThat(dict.names())
          .filteredOn(name -> !name.endsWith("num_batches_tracked"))
          .hasSize(reference.names().size() - 2);
    }
  }

  @Test
  void entry_chooses() {
    try (StateDict reference = open("reference.safetensors");
        StateDict average = open("timm-ema.pth.tar", "state_dict_ema");
        StateDict student = open("dino.pth", "student");
        StateDict key = open("moco.pth.tar", "state_dict.module.encoder_k");
        StateDict one = open("two.pth", "b");
        StateDict first = open("list.pth", "0");
        StateDict part = open("module-wrapped.pt", "backbone")) {
      float value = reference.read("bn1.weight")[0];

      assertThat(average.read("bn1.weight")[0]).isEqualTo(value + 1);
      assertThat(key.read("bn1.weight")[0]).isEqualTo(value + 1);
      assertThat(student.read("bn1.weight")[0]).isEqualTo(value);
      assertThat(one.read("bn1.weight")[0]).isEqualTo(value);
      assertThat(first.read("bn1.weight")[0]).isEqualTo(value);
      assertThat(part.read("bn1.weight")[0]).isEqualTo(value);
    }
  }

  @Test
  void entry_thatIsNotThere_isRefusedWithThoseThatAre() {
    refused("timm-ema.pth.tar", "ema", "has no entry ema; there is [epoch, arch, state_dict,");
    refused("prefix-0.safetensors", "x", "all 74 names begin with 'model.'");
    refused("timm-ema.pth.tar", "args", "has no tensors in the entry args");
  }

  @Test
  void whatIsNotCertain_isRefusedInWords() {
    refused("two.pth", null, "several networks, whose names begin with ['a.', 'b.']");
    refused("beside.pth", null, "neck.weight: lies beside the network and its head head");
    refused("behind.pth", null, "classifier.weight: takes what backbone.fc gives");
  }

  /** Only a tensor that is wanted matters: the rest of such a file is of no concern. */
  @Test
  void tensor_thatIsNotRead_isNamedWhereItIsWanted() {
    try (StateDict quantized = open("quantized-head.pth");
        StateDict sparse = open("sparse-head.pth")) {
      assertThat(quantized.names()).doesNotContain("fc.weight").contains("fc.bias");
      assertThat(quantized.insteadOf("fc.weight"))
          .isEqualTo("the file has a torch._utils._rebuild_qtensor there, which is not read");
      assertThat(sparse.insteadOf("fc.weight")).contains("_rebuild_sparse_tensor there");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "weights-argparse-namespace.pth",
    "weights-fc-sequential-dropout.pth",
    "weights-lightning-model-prefix.ckpt",
    "weights-multisteplr-counter.pth",
    "weights-one-output-bias-minus-4.pth",
    "weights-resnet-prefix.pth",
    "weights-thop-total-ops.pth",
    "torch-whole-module.pt"
  })
  void file_ofAReport_isRead(String file) {
    try (StateDict dict = WeightFiles.open(FOLDER.resolveSibling(file))) {
      List<String> names =
          dict.names().stream().filter(name -> !name.endsWith("num_batches_tracked")).toList();

      assertThat(names)
          .contains("conv1.weight", "layer1.0.conv1.weight", "fc.weight", "fc.bias")
          .allMatch(name -> name.matches("(conv1|bn1|layer[1-4]\\.\\d+\\..*|fc)\\.\\w+"));
      names.forEach(name -> assertThat(dict.read(name)).as(name).isNotEmpty());
      assertThat(dict.selection().leftOut()).isEmpty();
    }
  }

  static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .filter(file -> !OTHERS.contains(file.getFileName().toString()))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static void refused(String file, String entry, String reason) {
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> open(file, entry).close())
        .withMessageStartingWith(file)
        .withMessageContaining(reason);
  }

  private static StateDict open(String file) {
    return open(file, null);
  }

  private static StateDict open(String file, String entry) {
    WeightsFile opened = WeightsFile.open(FOLDER.resolve(file));
    try {
      return opened.stateDict(entry);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }
}
