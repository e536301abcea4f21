package org.resnetserving.weights;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a pickle makes with a class or function that is not known: nothing is run, and only what the
 * pickle itself sets is kept. Attributes are those of an instance, such as a module's {@code
 * _parameters}; items are those of a dict's subclass.
 */
final class PickledObject {
  private static final String MODULES = "_modules";

  /** Under which an object that was made from a module, such as a compiled one, has it. */
  private static final String MODULE = "module";

  private final String name;
  private Map<Object, Object> attributes = Map.of();
  private Map<Object, Object> items = Map.of();

  /**
   * @param name of the class or function that would make it, or what it is, for messages
   */
  PickledObject(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /**
   * Arguments that it is made with: a traced graph module has its attributes there, and a compiled
   * one the module that was compiled.
   */
  PickledObject with(List<?> arguments) {
    for (Object argument : arguments) {
      if (argument instanceof Map<?, ?> map && map.containsKey(MODULES)) {
        setState(argument);
      } else if (argument instanceof PickledObject object && object.isModule()) {
        attributes = Map.of(MODULE, object);
      }
    }
    return this;
  }

  /** Attributes as a dict, or as a pair of that and the attributes in slots; else no attributes. */
  void setState(Object state) {
    if (state instanceof List<?> pair && pair.size() == 2 && pair.get(0) instanceof Map<?, ?>) {
      setState(pair.get(0));
    } else if (state instanceof Map<?, ?>) {
      @SuppressWarnings("unchecked")
      Map<Object, Object> map = (Map<Object, Object>) state;
      attributes = map;
    }
  }

  /** Items, to be added to. */
  Map<Object, Object> items() {
    if (items.isEmpty()) {
      items = new LinkedHashMap<>();
    }
    return items;
  }

  /** Whether it is a module: it has parts, even if none are in it. */
  boolean isModule() {
    return attributes.get(MODULES) instanceof Map<?, ?>;
  }

  /** Itself, or the module that it was made from. */
  PickledObject unwrapped() {
    return !isModule() && attributes.get(MODULE) instanceof PickledObject inner ? inner : this;
  }

  /** An attribute's value, or null. */
  @Nullable Object attribute(String attribute) {
    return attributes.get(attribute);
  }

  /** Items, or else attributes: what can be looked into. */
  Map<?, ?> contents() {
    return items.isEmpty() ? attributes : items;
  }

  @Override
  public String toString() {
    return name;
  }
}
