package org.resnetserving.keras;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.weights.BoundedJson;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.ZipDirectory;

/** A {@code .keras} file: a zip with the configuration as JSON and the weights as HDF5. */
final class KerasZip implements KerasWeights {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.weights.h5";

  private final Hdf5 hdf5;

  private KerasZip(Hdf5 hdf5) {
    this.hdf5 = hdf5;
  }

  /** Whether a zip is such a file. */
  static boolean matches(ZipDirectory zip) {
    return zip.find(CONFIG) != null
        && zip.names().stream().anyMatch(n -> n.startsWith("model.weights"));
  }

  static KerasModel open(FileBytes bytes) {
    ZipDirectory zip = ZipDirectory.read(bytes);
    ZipDirectory.Entry weights = zip.find(WEIGHTS);
    if (weights == null) {
      throw bytes.refuse("has no %s: weights in several files are not read".formatted(WEIGHTS));
    }
    if (!weights.isStored()) {
      throw bytes.refuse(WEIGHTS, "is compressed: save the model again with Keras");
    }
    Hdf5 hdf5 = Hdf5.open(bytes.part(WEIGHTS, weights.position(), weights.size()));
    ZipDirectory.Entry config = zip.find(CONFIG);
    if (config == null) {
      throw bytes.refuse("has no " + CONFIG);
    }
    byte[] json = zip.read(config, BoundedJson.MAX_BYTES);
    return new KerasModel(BoundedJson.parse(bytes, CONFIG, json), new KerasZip(hdf5));
  }

  @Override
  public Hdf5Tensor tensor(KerasPlace place, List<String> roles, int index) {
    Hdf5Object group = find(place.path());
    Hdf5Object vars = group == null ? null : hdf5.find(group, "vars");
    if (vars == null || vars.links().size() != roles.size()) {
      throw hdf5.file()
          .refuse(
              place.name(),
              "has %d tensors at %s, not %s"
                  .formatted(vars == null ? 0 : vars.links().size(), place.path(), roles));
    }
    List<byte[]> name = vars.texts("name");
    if (name != null
        && name.size() == 1
        && !new String(name.get(0), StandardCharsets.UTF_8).equals(place.inner())) {
      throw hdf5.file().refuse(place.name(), "has the tensors of another layer at " + place.path());
    }
    Hdf5Object dataset = hdf5.find(vars, Integer.toString(index));
    if (dataset == null) {
      throw hdf5.file().refuse(place.name(), "has no tensor called " + roles.get(index));
    }
    return dataset.tensor(place.name() + "/" + roles.get(index));
  }

  private @Nullable Hdf5Object find(String path) {
    return hdf5.find(hdf5.root(), path);
  }
}
