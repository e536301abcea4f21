package org.resnetserving.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsTest {

  @Test
  void tensors_inHeaderOrder_haveShapesAndValues() {
    byte[] file =
        new WeightFileWriter()
            .tensor("b", new int[] {2, 3}, 1, 2, 3, 4, 5, 6)
            .tensor("a", new int[0], 7)
            .tensor("none", new int[] {0, 4})
            .safetensors();

    try (StateDict dict = StateDicts.open(file)) {
      assertThat(dict.names()).containsExactly("b", "a", "none");
      assertThat(dict.shape("b")).containsExactly(2, 3);
      assertThat(dict.read("b")).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(dict.shape("a")).isEmpty();
      assertThat(dict.read("a")).containsExactly(7);
      assertThat(dict.read("none")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0x0000, 0x0p0",
    "0x8000, -0x0p0",
    "0x0001, 0x1p-24",
    "0x83ff, -0x1.ff8p-15",
    "0x0400, 0x1p-14",
    "0x3c00, 0x1p0",
    "0xc248, -0x1.92p1",
    "0x7bff, 0x1.ffcp15"
  })
  void half_everyKind_isConverted(int bits, float value) {
    assertThat(
            single(
                "F16",
                2,
                ByteBuffer.allocate(2)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putShort((short) bits)
                    .array()))
        .isEqualTo(value);
  }

  @Test
  void bfloat16AndDouble_areConverted() {
    ByteBuffer bfloat = ByteBuffer.allocate(2).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer wide = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);

    assertThat(single("BF16", 2, bfloat.putShort((short) 0xc049).array())).isEqualTo(-3.140625f);
    assertThat(single("F64", 8, wide.putDouble(0.1).array())).isEqualTo(0.1f);
  }

  @Test
  void integers_areListedButNotRead() {
    byte[] file =
        WeightFileWriter.safetensors(
            "{\"n\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}", new byte[8]);

    try (StateDict dict = StateDicts.open(file)) {
      assertThat(dict.isFloatingPoint("n")).isFalse();
      assertThatExceptionOfType(WeightsException.class)
          .isThrownBy(() -> dict.read("n"))
          .withMessageContaining("test.bin: n: is I64");
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void valueThatIsNotFinite_isRefusedByFileAndKey(float value) {
    byte[] file = new WeightFileWriter().tensor("w", new int[] {2}, 1, value).safetensors();

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> StateDicts.openAndReadAll(file))
        .withMessageContaining("test.bin: w: element 1 of 2 is " + value);
  }

  @Test
  void missingTensor_isRefusedByName() {
    byte[] file = new WeightFileWriter().tensor("w", new int[] {1}, 1).safetensors();

    try (StateDict dict = StateDicts.open(file)) {
      assertThatExceptionOfType(WeightsException.class)
          .isThrownBy(() -> dict.read("fc.weight"))
          .withMessageContaining("test.bin: fc.weight: is missing");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}             | 4 bytes behind",
        "{'a':{'dtype':'F32','shape':[3],'data_offsets':[0,12]}}            | truncated",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,8]}}             | do not fit",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}             | may not overlap",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}             | may not overlap",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,-8]}}            | negative",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | overlap",
        "{'a':{'dtype':'I8','shape':[2],'data_offsets':[0,2]},'b':{'dtype':'F16','shape':[1],'data_offsets':[3,5]}} | holes",
        "{'a':{'dtype':'I8','shape':[4],'data_offsets':[4,8]},'b':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'c':{'dtype':'F16','shape':[1],'data_offsets':[1,3]},'d':{'dtype':'U8','shape':[1],'data_offsets':[3,4]}} | not aligned",
        "{'a':{'dtype':'F32','shape':[-1,-2],'data_offsets':[0,8]}}         | negative",
        "{'a':{'dtype':'F32','shape':[65536,65536,65536,65536],'data_offsets':[0,8]}} | beyond 64 bits",
        "{'a':{'dtype':'F32','shape':[2147483647,2147483647,2],'data_offsets':[0,8]}} | do not fit",
        "{'a':{'dtype':'F32','shape':[4294967298],'data_offsets':[0,8]}}    | dimension of size",
        "{'a':{'dtype':'F32','shape':[1e0],'data_offsets':[0,8]}}           | no whole number",
        "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,8]}} | not the JSON",
        "{'a':{'dtype':'F32','shape':[1,1,1,1,1,1,1,1,2],'data_offsets':[0,8]}} | more than 8",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}}               | lacks",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8,8]}}           | more than 2",
        "{'a':{'dtype':'F33','shape':[2],'data_offsets':[0,8]}}             | unknown dtype, F33",
        "{'a':{'dtype':4,'shape':[2],'data_offsets':[0,8]}}                 | no string",
        "{'a':{'dtype':'F32','shape':2,'data_offsets':[0,8]}}               | no array",
        "{'a':{'dtype':'F4','shape':[15],'data_offsets':[0,8]}}             | do not fit",
        "{'a':{'dtype':'F32','data_offsets':[0,8]}}                         | lacks",
        "{'a':7}                                                            | not an object",
        "{'__metadata__':{'a':1}}                                           | non-string",
        "{'__metadata__':[]}                                                | not an object",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | Duplicate",
        "{'a':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}} | Duplicate",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} x           | not the JSON",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}{}           | goes on",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}              | not the JSON",
        "{'a':{'x':[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}}               | nesting",
        "[]                                                                 | does not begin",
        "' {}'                                                              | does not begin",
      })
  void header_thatBreaksARule_isRefused(String json, String reason) {
    byte[] file = WeightFileWriter.safetensors(json.replace('\'', '"'), new byte[8]);

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> Safetensors.read(MemoryChannel.source(file)))
        .withMessageContaining("test.bin")
        .withMessageContaining(reason);
  }

  @Test
  void header_withWhatTheFormatAllows_isRead() {
    String json =
        "{\"__metadata__\":null,\"a\":{\"extra\":{\"x\":[1]},\"data_offsets\":[0,8],"
            + "\"shape\":[2],\"dtype\":\"F32\"}}  \n";

    try (StateDict dict = StateDicts.open(WeightFileWriter.safetensors(json, new byte[8]))) {
      assertThat(dict.read("a")).containsExactly(0, 0);
    }
  }

  @Test
  void header_thatIsNotUtf8_isRefused() {
    byte[] file = WeightFileWriter.safetensors("{\"?\":1}", new byte[0]);
    file[10] = (byte) 0xff;

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> StateDicts.open(file))
        .withMessageContaining("not UTF-8");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1_000, 50_000_000})
  void headerLength_thatIsNotTrue_isRefusedWithoutReadingIt(long length) {
    byte[] file = WeightFileWriter.safetensors("{}", new byte[8]);
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> Safetensors.read(MemoryChannel.source(file)))
        .withMessageContaining("says its header has");
  }

  @Test
  void header_overTheBound_isRefused() {
    byte[] file = WeightFileWriter.safetensors("{}", new byte[Safetensors.MAX_HEADER_BYTES]);
    long length = Safetensors.MAX_HEADER_BYTES + 1L;
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(length);

    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> StateDicts.open(file))
        .withMessageContaining("at most %d are read", Safetensors.MAX_HEADER_BYTES);
  }

  @Test
  void file_cutAnywhere_isRefused() {
    byte[] file = new WeightFileWriter().tensor("w", new int[] {3}, 1, 2, 3).safetensors();

    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatExceptionOfType(WeightsException.class)
          .as("%d bytes", length)
          .isThrownBy(() -> StateDicts.openAndReadAll(cut));
    }
  }

  private static float single(String dtype, int bytes, byte[] data) {
    String json =
        "{\"w\":{\"dtype\":\"%s\",\"shape\":[1],\"data_offsets\":[0,%d]}}".formatted(dtype, bytes);
    try (StateDict dict = StateDicts.open(WeightFileWriter.safetensors(json, data))) {
      assertThat(dict.isFloatingPoint("w")).isTrue();
      return dict.read("w")[0];
    }
  }
}
