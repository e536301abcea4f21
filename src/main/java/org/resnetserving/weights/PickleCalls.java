package org.resnetserving.weights;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the functions of {@link PickledGlobal} make of their arguments, which are not trusted. */
final class PickleCalls {
  /** Most items that all calls together copy from lists into dicts. */
  static final int MAX_ITEMS = 1 << 19;

  private final ByteCursor in;
  private final Map<String, PickledStorage> storages;
  private int items;

  /**
   * @param in says where in the pickle a refusal is
   * @param storages gets every storage that is named, by its key
   */
  PickleCalls(ByteCursor in, Map<String, PickledStorage> storages) {
    this.in = in;
    this.storages = storages;
  }

  Object call(Object function, List<?> arguments) {
    if (!(function instanceof PickledGlobal global)) {
      throw in.malformed("calls what is no function");
    }
    return switch (global) {
      case ORDERED_DICT -> orderedDict(arguments);
      case SIZE -> tuple(argument(arguments, 0));
      case REBUILD_TENSOR, REBUILD_TENSOR_V2 -> tensor(arguments);
      case REBUILD_PARAMETER -> tensorOf(argument(arguments, 0));
    };
  }

  /** An empty dict; Python 2 gives the items as a list of pairs. */
  private Map<Object, Object> orderedDict(List<?> arguments) {
    Map<Object, Object> dict = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      List<?> pairs = tuple(argument(arguments, 0));
      items += pairs.size();
      if (items > MAX_ITEMS) {
        throw in.malformed("copies more than %d items of lists".formatted(MAX_ITEMS));
      }
      for (Object pair : pairs) {
        put(dict, argument(tuple(pair), 0), argument(tuple(pair), 1));
      }
    }
    return dict;
  }

  private PickledTensor tensor(List<?> arguments) {
    if (!(argument(arguments, 0) instanceof PickledStorage storage)) {
      throw in.malformed("makes a tensor without a storage");
    }
    if (arguments.size() > 6
        && !(arguments.get(6) instanceof Map<?, ?> metadata && metadata.isEmpty())
        && arguments.get(6) != Unpickler.NONE) {
      throw in.malformed("has a tensor that is conjugated or negated on reading");
    }
    return new PickledTensor(
        storage,
        number(argument(arguments, 1)),
        numbers(tuple(argument(arguments, 2))),
        numbers(tuple(argument(arguments, 3))));
  }

  private PickledTensor tensorOf(Object value) {
    if (!(value instanceof PickledTensor tensor)) {
      throw in.malformed("makes a parameter without a tensor");
    }
    return tensor;
  }

  /** ('storage', class, key, device, elements[, None or (view key, first element, elements)]). */
  PickledStorage storage(List<?> id) {
    if (id.size() < 5
        || id.size() > 6
        || !id.get(0).equals("storage")
        || !(id.get(1) instanceof Dtype dtype)
        || !(id.get(2) instanceof String key)) {
      throw in.malformed(
          "refers to what is no tensor's storage, such as a whole model; save model.state_dict()");
    }
    long elements = number(id.get(4));
    long begin = 0;
    long end = elements;
    if (id.size() == 6 && id.get(5) != Unpickler.NONE) {
      List<?> view = tuple(id.get(5));
      begin = number(argument(view, 1));
      long length = number(argument(view, 2));
      if (begin < 0 || length < 0 || begin > elements || length > elements - begin) {
        throw in.malformed("has a view of a storage that reaches out of it");
      }
      end = begin + length;
    }
    if (elements < 0) {
      throw in.malformed("has a storage of %d elements".formatted(elements));
    }
    PickledStorage storage = new PickledStorage(key, dtype, elements, begin, end);
    PickledStorage other = storages.putIfAbsent(key, storage);
    if (other != null && !other.isSameStorage(storage)) {
      throw in.malformed("describes storage %s in two ways".formatted(FileBytes.printable(key)));
    }
    return storage;
  }

  /** Keys are strings and numbers: their hash is cheap and cannot run in circles. */
  void put(Map<Object, Object> dict, Object key, Object value) {
    if (!(key instanceof String) && !(key instanceof Long)) {
      throw in.malformed("has a dict key that is neither a string nor a number");
    }
    if (dict.put(key, value) != null) {
      throw in.malformed(
          "has the key %s twice".formatted(FileBytes.printable(String.valueOf(key))));
    }
  }

  private List<Long> numbers(List<?> values) {
    if (values.size() > Tensor.MAX_DIMENSIONS) {
      throw in.malformed(
          "has a tensor of %d dimensions; at most %d are read"
              .formatted(values.size(), Tensor.MAX_DIMENSIONS));
    }
    return values.stream().map(this::number).toList();
  }

  private Long number(Object value) {
    if (!(value instanceof Long number)) {
      throw in.malformed("has something else where a 64-bit number belongs");
    }
    return number;
  }

  List<?> tuple(Object value) {
    if (!(value instanceof List<?> list)) {
      throw in.malformed("has something else where a tuple belongs");
    }
    return list;
  }

  private Object argument(List<?> arguments, int index) {
    if (index >= arguments.size()) {
      throw in.malformed("has a tuple of %d values, too few".formatted(arguments.size()));
    }
    return arguments.get(index);
  }
}
