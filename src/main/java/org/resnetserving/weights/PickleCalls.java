package org.resnetserving.weights;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What calls of functions and classes make of their arguments, which are not trusted. */
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

  /**
   * What a call, or making an instance, gives. What is not known is not run: its result is a {@link
   * PickledObject}.
   */
  Object call(Object function, List<?> arguments) {
    if (function instanceof PickledName name) {
      return new PickledObject(name.name()).with(arguments);
    }
    if (function instanceof PickledObject object) {
      return new PickledObject(object.name());
    }
    if (!(function instanceof PickledGlobal global)) {
      throw in.malformed("calls what is no function");
    }
    return switch (global) {
      case ORDERED_DICT -> orderedDict(arguments);
      case DICT -> argumentOr(arguments, Map.class, LinkedHashMap::new);
      case LIST -> argumentOr(arguments, List.class, List::of);
      case SIZE -> tuple(argument(arguments, 0));
      case REBUILD_TENSOR, REBUILD_TENSOR_V2 -> tensor(arguments, null, 6);
      case REBUILD_TENSOR_V3 -> tensor(arguments, argument(arguments, 6), 7);
      case REBUILD_PARAMETER -> tensorOf(argument(arguments, 0));
      case REBUILD_FROM_CPU -> fromCpu(arguments);
      case REBUILD_FROM_TYPE -> fromType(arguments);
    };
  }

  /** The first argument if it is of that kind, such as the dict that a Counter is made from. */
  private static Object argumentOr(List<?> arguments, Class<?> type, Supplier<Object> otherwise) {
    Object first = arguments.isEmpty() ? Unpickler.NONE : arguments.get(0);
    return type.isInstance(first) ? first : otherwise.get();
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

  /**
   * @param dtype of the tensor where the storage does not know it, else null
   * @param metadata index of the argument that says how its values are changed on reading
   */
  private Object tensor(List<?> arguments, @Nullable Object dtype, int metadata) {
    if (argument(arguments, 0) instanceof PickledObject storage) {
      return storage;
    }
    if (!(arguments.get(0) instanceof PickledStorage storage)) {
      throw in.malformed("makes a tensor without a storage");
    }
    if (dtype != null && !(dtype instanceof Dtype)) {
      return new PickledObject("tensor of " + dtype);
    }
    if (arguments.size() > metadata
        && !(arguments.get(metadata) instanceof Map<?, ?> map && map.isEmpty())
        && arguments.get(metadata) != Unpickler.NONE) {
      return new PickledObject("tensor that is conjugated or negated on reading");
    }
    List<?> sizes = tuple(argument(arguments, 2));
    if (sizes.size() > Tensor.MAX_DIMENSIONS) {
      return new PickledObject("tensor of %d dimensions".formatted(sizes.size()));
    }
    return new PickledTensor(
        storage,
        dtype instanceof Dtype own ? own : storage.dtype(),
        number(argument(arguments, 1)),
        numbers(sizes),
        numbers(tuple(argument(arguments, 3))));
  }

  private Object tensorOf(Object value) {
    if (!(value instanceof PickledTensor) && !(value instanceof PickledObject)) {
      throw in.malformed("makes a parameter without a tensor");
    }
    return value;
  }

  /** (tensor, dtype, device, needs a gradient): what was on a device without storages. */
  private Object fromCpu(List<?> arguments) {
    boolean same =
        argument(arguments, 0) instanceof PickledTensor tensor
            && tensor.dtype() == argument(arguments, 1);
    return same ? arguments.get(0) : new PickledObject("tensor of another device and type");
  }

  /** (function, class, its arguments, attributes): a tensor of a class of one's own. */
  private Object fromType(List<?> arguments) {
    boolean known =
        argument(arguments, 0) instanceof PickledGlobal global
            && global != PickledGlobal.REBUILD_FROM_TYPE;
    return known
        ? call(arguments.get(0), tuple(argument(arguments, 2)))
        : new PickledObject("tensor that %s would make".formatted(arguments.get(0)));
  }

  /**
   * What an id stands for: a storage, ('storage', class, key, device, elements[, None or (view key,
   * first element, elements)]); or in older files a module's class, ('module', class, its source).
   */
  Object persistent(List<?> id) {
    if (id.size() > 1 && id.get(0).equals("module")) {
      return id.get(1);
    }
    if (id.size() < 5
        || id.size() > 6
        || !id.get(0).equals("storage")
        || !(id.get(1) instanceof Dtype dtype)
        || !(id.get(2) instanceof String key)) {
      throw in.malformed("refers to what is no tensor's storage; save model.state_dict()");
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

  /**
   * Puts an item whose key is a string or a number: their hash is cheap and cannot run in circles.
   * Any other item is none that is wanted, and is left out.
   */
  void put(Map<Object, Object> dict, Object key, Object value) {
    boolean kept = key instanceof String || key instanceof Long;
    if (kept && dict.put(key, value) != null) {
      throw in.malformed("has the key %s twice".formatted(FileBytes.printable(key.toString())));
    }
  }

  private List<Long> numbers(List<?> values) {
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
