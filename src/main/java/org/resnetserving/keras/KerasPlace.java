package org.resnetserving.keras;

/**
 * Where a layer is in its model.
 *
 * @param name of the layer, behind those of the models that it is in
 * @param outermost name of the layer, or of the model that it is in, in the outermost model
 * @param inner name of the layer in its own model
 * @param path of the layer in the order of classes, as {@code .keras} files name it
 */
record KerasPlace(String name, String outermost, String inner, String path) {

  /** Whether the layer is in a model inside the model. */
  boolean isNested() {
    return !name.equals(outermost);
  }
}
