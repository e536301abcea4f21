package org.resnetserving.torchexport;

import org.jspecify.annotations.Nullable;
import org.resnetserving.weights.Dtype;
import tools.jackson.databind.JsonNode;

/** The numbers that stand for types in an exported program (torch/_export/serde/schema.py). */
final class ScalarTypes {
  private ScalarTypes() {}

  /** The type, or null for one that no tensor of a ResNet has. */
  static @Nullable Dtype find(JsonNode number) {
    return switch (number.asInt(0)) {
      case 1 -> Dtype.U8;
      case 2 -> Dtype.I8;
      case 3 -> Dtype.I16;
      case 4 -> Dtype.I32;
      case 5 -> Dtype.I64;
      case 6 -> Dtype.F16;
      case 7 -> Dtype.F32;
      case 8 -> Dtype.F64;
      case 12 -> Dtype.BOOL;
      case 13 -> Dtype.BF16;
      default -> null;
    };
  }

  /** Whether the number stands for a type that ResNets compute in. */
  static boolean isFloatingPoint(JsonNode number) {
    Dtype type = find(number);
    return type != null && type.isFloatingPoint();
  }
}
