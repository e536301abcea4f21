package org.resnetserving.torch7;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Lua table, or an object of a Torch class with its fields.
 *
 * @param type the class; empty for a table
 * @param version of the class that wrote it; 0 before there were any
 * @param fields numbers as Double, texts as String, flags as Boolean, and others of this package
 */
record TorchObject(String type, int version, Map<Object, Object> fields) {

  static TorchObject of(String type, int version) {
    return new TorchObject(type, version, new LinkedHashMap<>());
  }

  @Nullable Object get(String field) {
    return fields.get(field);
  }

  /** A number, or what it is where there is none. */
  double number(String field, double otherwise) {
    return fields.get(field) instanceof Double number ? number : otherwise;
  }

  /** A whole number that is a size, or what it is where there is none. */
  int size(String field, int otherwise) {
    double number = number(field, otherwise);
    if (number != Math.rint(number) || Math.abs(number) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("has %s = %s".formatted(field, number));
    }
    return (int) number;
  }

  /** Whether a flag is set; one that is not there is as said. */
  boolean flag(String field, boolean otherwise) {
    return fields.get(field) instanceof Boolean flag ? flag : otherwise;
  }

  /** A tensor with elements; null if there is none. */
  @Nullable TorchTensor tensor(String field) {
    return fields.get(field) instanceof TorchTensor tensor && !tensor.isEmpty() ? tensor : null;
  }

  /** The values at 1, 2, … of the table in a field. */
  List<Object> list(String field) {
    List<Object> values = new ArrayList<>();
    if (fields.get(field) instanceof TorchObject table) {
      for (Object next = table.fields.get(1.0);
          next != null;
          next = table.fields.get(values.size() + 1.0)) {
        values.add(next);
      }
    }
    return values;
  }

  /** Two are the same only if they are one: tables may hold themselves. */
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return type.isEmpty() ? "table" : type;
  }
}
