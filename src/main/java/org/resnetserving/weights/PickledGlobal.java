package org.resnetserving.weights;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The functions and classes that a pickle may call: each makes a tensor or a container. They are
 * the ones that PyTorch's own {@code weights_only} knows ({@code torch/_weights_only_unpickler.py}
 * of 2.15), as far as they make either; any other is a {@link PickledName}.
 */
enum PickledGlobal {
  ORDERED_DICT,
  /** A dict's subclass, made from a dict or empty. */
  DICT,
  /** What is made from a list: tuples and sets, too. */
  LIST,
  SIZE,
  REBUILD_TENSOR,
  REBUILD_TENSOR_V2,
  REBUILD_TENSOR_V3,
  REBUILD_PARAMETER,
  REBUILD_FROM_CPU,
  REBUILD_FROM_TYPE;

  /** By {@code module name}: these, and storage classes and dtypes as their elements' types. */
  private static final Map<String, Object> KNOWN = known();

  /** A {@link PickledGlobal}, a {@link Dtype}, or the {@link PickledName} of anything else. */
  static Object find(String module, String name) {
    Object known = KNOWN.get(module + " " + name);
    return known != null ? known : new PickledName(module + "." + name);
  }

  private static Map<String, Object> known() {
    Map<String, Object> known = new HashMap<>();
    known.put("collections OrderedDict", ORDERED_DICT);
    known.put("collections Counter", DICT);
    known.put("collections defaultdict", DICT);
    for (String builtins : List.of("builtins ", "__builtin__ ")) {
      known.put(builtins + "dict", DICT);
      for (String name : List.of("list", "tuple", "set", "frozenset")) {
        known.put(builtins + name, LIST);
      }
    }
    known.put("torch Size", SIZE);
    known.put("torch._utils _rebuild_tensor", REBUILD_TENSOR);
    known.put("torch._utils _rebuild_tensor_v2", REBUILD_TENSOR_V2);
    known.put("torch._utils _rebuild_tensor_v3", REBUILD_TENSOR_V3);
    known.put("torch._utils _rebuild_parameter", REBUILD_PARAMETER);
    known.put("torch._utils _rebuild_parameter_with_state", REBUILD_PARAMETER);
    known.put("torch.nn.parameter Parameter", REBUILD_PARAMETER);
    known.put("torch.nn.parameter Buffer", REBUILD_PARAMETER);
    known.put("torch._utils _rebuild_device_tensor_from_cpu_tensor", REBUILD_FROM_CPU);
    known.put("torch._tensor _rebuild_from_type_v2", REBUILD_FROM_TYPE);
    known.put("torch._tensor _rebuild_from_type", REBUILD_FROM_TYPE);
    known.put("torch.tensor _rebuild_from_type", REBUILD_FROM_TYPE);
    storages(known);
    dtypes(known);
    return Map.copyOf(known);
  }

  private static void storages(Map<String, Object> known) {
    Map<String, Dtype> storages =
        Map.ofEntries(
            Map.entry("Double", Dtype.F64),
            Map.entry("Float", Dtype.F32),
            Map.entry("Half", Dtype.F16),
            Map.entry("BFloat16", Dtype.BF16),
            Map.entry("Long", Dtype.I64),
            Map.entry("Int", Dtype.I32),
            Map.entry("Short", Dtype.I16),
            Map.entry("Char", Dtype.I8),
            Map.entry("Byte", Dtype.U8),
            Map.entry("Bool", Dtype.BOOL),
            Map.entry("ComplexFloat", Dtype.C64),
            Map.entry("ComplexDouble", Dtype.C128),
            Map.entry("QInt8", Dtype.I8),
            Map.entry("QUInt8", Dtype.U8),
            Map.entry("QInt32", Dtype.I32),
            Map.entry("QUInt4x2", Dtype.U8),
            Map.entry("QUInt2x4", Dtype.U8));
    storages.forEach(
        (name, dtype) -> {
          known.put("torch " + name + "Storage", dtype);
          known.put("torch.cuda " + name + "Storage", dtype);
        });
    known.put("torch UntypedStorage", Dtype.U8);
    known.put("torch.storage UntypedStorage", Dtype.U8);
    known.put("torch.storage _UntypedStorage", Dtype.U8);
  }

  private static void dtypes(Map<String, Object> known) {
    Map<String, Dtype> dtypes =
        Map.ofEntries(
            Map.entry("float64", Dtype.F64),
            Map.entry("float32", Dtype.F32),
            Map.entry("float16", Dtype.F16),
            Map.entry("bfloat16", Dtype.BF16),
            Map.entry("int64", Dtype.I64),
            Map.entry("int32", Dtype.I32),
            Map.entry("int16", Dtype.I16),
            Map.entry("int8", Dtype.I8),
            Map.entry("uint64", Dtype.U64),
            Map.entry("uint32", Dtype.U32),
            Map.entry("uint16", Dtype.U16),
            Map.entry("uint8", Dtype.U8),
            Map.entry("bool", Dtype.BOOL),
            Map.entry("complex64", Dtype.C64),
            Map.entry("complex128", Dtype.C128),
            Map.entry("float8_e5m2", Dtype.F8_E5M2),
            Map.entry("float8_e4m3fn", Dtype.F8_E4M3),
            Map.entry("float8_e8m0fnu", Dtype.F8_E8M0),
            Map.entry("float8_e4m3fnuz", Dtype.F8_E4M3FNUZ),
            Map.entry("float8_e5m2fnuz", Dtype.F8_E5M2FNUZ));
    dtypes.forEach((name, dtype) -> known.put("torch " + name, dtype));
  }
}
