package org.resnetserving.weights;

/**
 * A storage as a pickle names it.
 *
 * @param key under which the file has its bytes
 * @param dtype of its elements
 * @param elements of the whole storage
 * @param begin first element of the part that is meant
 * @param end behind the last element of that part
 */
record PickledStorage(String key, Dtype dtype, long elements, long begin, long end) {

  boolean isSameStorage(PickledStorage other) {
    return key.equals(other.key) && dtype == other.dtype && elements == other.elements;
  }
}
