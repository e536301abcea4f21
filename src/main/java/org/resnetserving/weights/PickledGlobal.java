package org.resnetserving.weights;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The functions and classes that a pickle may call: each makes a tensor or a container. */
enum PickledGlobal {
  ORDERED_DICT("collections OrderedDict"),
  SIZE("torch Size"),
  REBUILD_TENSOR("torch._utils _rebuild_tensor"),
  REBUILD_TENSOR_V2("torch._utils _rebuild_tensor_v2"),
  REBUILD_PARAMETER("torch._utils _rebuild_parameter");

  /** By {@code module name}: these functions, and the storage classes as their elements' types. */
  private static final Map<String, Object> ALLOWED = allowed();

  private final String qualifiedName;

  PickledGlobal(String qualifiedName) {
    this.qualifiedName = qualifiedName;
  }

  /**
   * A {@link PickledGlobal}, the {@link Dtype} of a storage class, or null if it is not allowed.
   */
  static @Nullable Object find(String module, String name) {
    return ALLOWED.get(module + " " + name);
  }

  private static Map<String, Object> allowed() {
    Map<String, Object> allowed = new HashMap<>();
    for (PickledGlobal global : values()) {
      allowed.put(global.qualifiedName, global);
    }
    allowed.put("torch DoubleStorage", Dtype.F64);
    allowed.put("torch FloatStorage", Dtype.F32);
    allowed.put("torch HalfStorage", Dtype.F16);
    allowed.put("torch BFloat16Storage", Dtype.BF16);
    allowed.put("torch LongStorage", Dtype.I64);
    allowed.put("torch IntStorage", Dtype.I32);
    allowed.put("torch ShortStorage", Dtype.I16);
    allowed.put("torch CharStorage", Dtype.I8);
    allowed.put("torch ByteStorage", Dtype.U8);
    allowed.put("torch BoolStorage", Dtype.BOOL);
    return Map.copyOf(allowed);
  }
}
