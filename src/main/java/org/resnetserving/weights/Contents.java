package org.resnetserving.weights;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a file holds, before it is decided which of it is wanted.
 *
 * @param shapes of the tensors, by the names that the file gives them, in its order; unchecked
 * @param unread what is there under a tensor's name but is none that is read, such as a quantized
 *     tensor
 * @param entry names on the way to them, with dots between them; empty if they are the file's own
 * @param prefix that the names of what is wanted begin with, before a dot; null if that is not said
 * @param locate finds a tensor in the file and checks it
 */
record Contents(
    Map<String, long[]> shapes,
    Map<String, String> unread,
    String entry,
    @Nullable String prefix,
    Function<String, Tensor> locate) {

  /** Of tensors that are located already. */
  static Contents of(Map<String, Tensor> tensors, @Nullable String prefix) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> shapes.put(name, longs(tensor.shape())));
    return new Contents(
        shapes, Map.of(), "", prefix, name -> Objects.requireNonNull(tensors.get(name)));
  }

  /**
   * Of a pickle.
   *
   * @param locate finds a tensor by its name and checks it
   */
  static Contents of(Checkpoint.Chosen chosen, BiFunction<String, PickledTensor, Tensor> locate) {
    Map<String, PickledTensor> tensors = new LinkedHashMap<>();
    Map<String, long[]> shapes = new LinkedHashMap<>();
    Map<String, String> unread = new LinkedHashMap<>();
    chosen
        .values()
        .forEach(
            (name, value) -> {
              if (value instanceof PickledTensor tensor) {
                tensors.put(name, tensor);
                shapes.put(name, tensor.size().stream().mapToLong(Long::longValue).toArray());
              } else {
                unread.put(name, String.valueOf(value));
              }
            });
    return new Contents(
        shapes,
        unread,
        chosen.entry(),
        chosen.prefix(),
        name -> locate.apply(name, Objects.requireNonNull(tensors.get(name))));
  }

  private static long[] longs(int[] shape) {
    long[] longs = new long[shape.length];
    for (int d = 0; d < shape.length; d++) {
      longs[d] = shape[d];
    }
    return longs;
  }
}
