package org.resnetserving.keras;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.weights.BoundedJson;
import org.resnetserving.weights.FileBytes;

/** A model in one HDF5 file: its configuration is an attribute, each layer a group. */
final class KerasH5 implements KerasWeights {
  private static final String NAMES = "weight_names";

  private final Hdf5 hdf5;
  private final Hdf5Object layers;
  private final Map<String, List<String>> names = new HashMap<>();

  private KerasH5(Hdf5 hdf5, Hdf5Object layers) {
    this.hdf5 = hdf5;
    this.layers = layers;
  }

  static KerasModel open(FileBytes bytes) {
    Hdf5 hdf5 = Hdf5.open(bytes);
    Hdf5Object root = hdf5.root();
    List<byte[]> config = root.texts("model_config");
    if (config == null || config.isEmpty()) {
      throw bytes.refuse(
          root.texts("layer_names") != null || root.links().containsKey("layers")
              ? "holds Keras weights without the layers they belong to: save the whole model, with"
                  + " model.save"
              : "is HDF5, but no model that Keras saved");
    }
    Hdf5Object layers = hdf5.find(root, "model_weights");
    if (layers == null) {
      throw bytes.refuse("has a Keras model without its weights: save the model with model.save");
    }
    requireVersion(bytes, root.texts("keras_version"));
    return new KerasModel(
        BoundedJson.parse(bytes, "model_config", config.get(0)), new KerasH5(hdf5, layers));
  }

  /** Keras 1 may turn kernels round or not, by its backend, and does not say which it had. */
  private static void requireVersion(FileBytes bytes, @Nullable List<byte[]> version) {
    if (version == null || version.isEmpty() || version.get(0).length == 0) {
      throw bytes.refuse(
          "does not say which Keras saved it, as Keras 1 does: load it with Keras 2 and save it"
              + " again");
    }
    if (version.get(0)[0] == '1') {
      throw bytes.refuse(
          "was saved by Keras 1, which does not say whether kernels are turned round: load it with"
              + " Keras 2 and save it again");
    }
  }

  @Override
  public Hdf5Tensor tensor(KerasPlace place, List<String> roles, int index) {
    String role = roles.get(index);
    String found = null;
    for (String name : names(place.outermost())) {
      String[] parts = name.split("/", -1);
      String last = parts[parts.length - 1].replaceFirst(":\\d+$", "").replace("depthwise_", "");
      boolean isOf =
          !place.isNested() || (parts.length > 1 && parts[parts.length - 2].equals(place.inner()));
      if (isOf && last.equals(role)) {
        if (found != null) {
          throw hdf5.file().refuse(place.name(), "has two tensors called " + role);
        }
        found = name;
      }
    }
    Hdf5Object group = hdf5.find(layers, place.outermost());
    Hdf5Object dataset = found == null || group == null ? null : hdf5.find(group, found);
    if (dataset == null) {
      throw hdf5.file().refuse(place.name(), "has no tensor called " + role);
    }
    return dataset.tensor(place.name() + "/" + role);
  }

  private List<String> names(String layer) {
    List<String> known = names.get(layer);
    if (known != null) {
      return known;
    }
    List<String> read = new ArrayList<>();
    Hdf5Object group = hdf5.find(layers, layer);
    if (group != null) {
      List<byte[]> texts = group.texts(NAMES);
      for (byte[] text : texts == null ? parts(group) : texts) {
        read.add(new String(text, StandardCharsets.UTF_8));
      }
    }
    names.put(layer, read);
    return read;
  }

  /** Lists beyond 64 KB are in several attributes. */
  private static List<byte[]> parts(Hdf5Object group) {
    List<byte[]> all = new ArrayList<>();
    for (int part = 0; ; part++) {
      List<byte[]> texts = group.texts(NAMES + part);
      if (texts == null) {
        return all;
      }
      all.addAll(texts);
    }
  }
}
