package org.resnetserving.torchexport;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Weight;
import org.resnetserving.weights.BoundedJson;
import org.resnetserving.weights.Dtype;
import org.resnetserving.weights.FileBytes;
import org.resnetserving.weights.StateDict;
import org.resnetserving.weights.Tensor;
import org.resnetserving.weights.TensorReader;
import org.resnetserving.weights.WeightFiles;
import org.resnetserving.weights.ZipDirectory;
import tools.jackson.databind.JsonNode;

/**
 * Where the program and the tensors of a {@code .pt2} lie. Three layouts have been written: a file
 * per tensor with a JSON index (since PyTorch 2.9), one {@code torch.save} beside the program
 * (2.8), and the same in a zip without folders (until 2.7).
 */
final class ExportArchive {
  private static final String OLD_PROGRAM = "serialized_exported_program.json";
  private static final String COMPILED = "data/aotinductor/";
  private static final String MODELS = "models/";
  private static final String JSON = ".json";

  private final FileBytes bytes;
  private final ZipDirectory zip;
  private final TensorReader reader;
  private final Map<String, Weight> weights = new HashMap<>();
  private final Map<String, String> unread = new HashMap<>();
  private ZipDirectory.@Nullable Entry program;

  private ExportArchive(FileBytes bytes, ZipDirectory zip) {
    this.bytes = bytes;
    this.zip = zip;
    this.reader = new TensorReader(bytes);
  }

  /** Whether a zip is such an archive. */
  static boolean matches(ZipDirectory zip) {
    String folder = folder(zip);
    return zip.find(OLD_PROGRAM) != null
        || zip.find(folder + "archive_format") != null
        || zip.names().stream().anyMatch(name -> name.startsWith(folder + COMPILED));
  }

  /** The folder that all is in, with its slash. */
  private static String folder(ZipDirectory zip) {
    List<String> names = zip.names();
    String first = names.isEmpty() ? "" : names.get(0);
    return first.substring(0, first.indexOf('/') + 1);
  }

  /** Finds the program and every tensor. */
  static ExportArchive open(FileBytes bytes) {
    ExportArchive archive = new ExportArchive(bytes, ZipDirectory.read(bytes));
    archive.checkByteOrder();
    archive.find();
    return archive;
  }

  private void find() {
    program = zip.find(OLD_PROGRAM);
    if (program != null) {
      torchSaved("serialized_state_dict");
      torchSaved("serialized_constants");
      return;
    }
    String folder = folder(zip);
    List<String> programs =
        zip.names().stream()
            .filter(name -> name.startsWith(folder + MODELS) && name.endsWith(JSON))
            .toList();
    if (programs.isEmpty()
        && zip.names().stream().anyMatch(name -> name.startsWith(folder + COMPILED))) {
      throw bytes.refuse(
          "is an AOTInductor package: code compiled for one machine, which is not run; take what"
              + " torch.export.save writes, or the model's weights");
    }
    if (programs.size() != 1) {
      throw bytes.refuse("holds %d exported programs; one is read".formatted(programs.size()));
    }
    String path = programs.get(0);
    program = zip.find(path);
    String model = path.substring(folder.length() + MODELS.length(), path.length() - JSON.length());
    tensors(folder + "data/weights/", model, "_weights_config.json");
    tensors(folder + "data/constants/", model, "_constants_config.json");
  }

  /** The program's JSON. */
  JsonNode program() {
    ZipDirectory.Entry entry = program;
    if (entry == null) {
      throw bytes.refuse("has no exported program");
    }
    return json(entry);
  }

  /** The tensor of a name that the program gives it. */
  Weight weight(String name) {
    Weight weight = weights.get(name);
    if (weight == null) {
      throw bytes.refuse(name, unread.getOrDefault(name, "is missing from the weights"));
    }
    return weight;
  }

  private void torchSaved(String name) {
    ZipDirectory.Entry entry = zip.find(name + ".pt");
    entry = entry == null ? zip.find(name + JSON) : entry;
    if (entry != null) {
      torchSaved(entry);
    }
  }

  private void torchSaved(ZipDirectory.Entry entry) {
    FileBytes part = bytes.part(entry.name(), stored(entry).position(), entry.size());
    if (!ZipDirectory.matches(part.start(Integer.BYTES)) || isEmpty(part)) {
      return; // no tensors
    }
    StateDict dict = WeightFiles.torchSaved(part);
    dict.names().forEach(key -> weights.put(key, Weight.of(dict, key)));
  }

  /** Constants are an empty dict in most files, which as a state dict would be refused. */
  private static boolean isEmpty(FileBytes part) {
    return ZipDirectory.read(part).names().stream().noneMatch(name -> name.contains("/data/"));
  }

  private void tensors(String folder, String model, String indexSuffix) {
    ZipDirectory.Entry saved = zip.find(folder + model + ".pt");
    if (saved != null) {
      torchSaved(saved);
    }
    ZipDirectory.Entry index = zip.find(folder + model + indexSuffix);
    if (index != null) {
      for (Map.Entry<String, JsonNode> entry : json(index).path("config").properties()) {
        tensor(folder, entry.getKey(), entry.getValue());
      }
    }
  }

  private void tensor(String folder, String name, JsonNode meta) {
    if (meta.path("use_pickle").asBoolean(false) || !meta.path("tensor_meta").isObject()) {
      unread.put(name, "is not saved as plain numbers");
      return;
    }
    JsonNode tensor = meta.path("tensor_meta");
    Dtype dtype = ScalarTypes.find(tensor.path("dtype"));
    if (dtype == null) {
      unread.put(name, "has a type that is not read, " + tensor.path("dtype"));
      return;
    }
    ZipDirectory.Entry entry = zip.find(folder + meta.path("path_name").asString(""));
    if (entry == null) {
      throw bytes.refuse(name, "has no file in the zip");
    }
    Tensor view =
        Tensor.view(
            bytes,
            name,
            dtype,
            sizes(name, tensor.path("sizes")),
            sizes(name, tensor.path("strides")),
            stored(entry).position(),
            entry.size() / dtype.bytes(),
            size(name, tensor.path("storage_offset")));
    weights.put(name, new Weight(name, view.shape(), () -> reader.read(view)));
  }

  private long[] sizes(String name, JsonNode list) {
    long[] sizes = new long[list.size()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = size(name, list.path(i));
    }
    return sizes;
  }

  private long size(String name, JsonNode number) {
    JsonNode integer = number.path("as_int");
    if (!integer.canConvertToLong()) {
      throw bytes.refuse(name, "has the size " + FileBytes.printable(number.toString()));
    }
    return integer.longValue();
  }

  private ZipDirectory.Entry stored(ZipDirectory.Entry entry) {
    if (!entry.isStored()) {
      throw bytes.refuse(entry.name(), "is compressed: save it again with torch.export.save");
    }
    return entry;
  }

  private JsonNode json(ZipDirectory.Entry entry) {
    byte[] json = zip.read(entry, BoundedJson.MAX_BYTES);
    return BoundedJson.parse(bytes, entry.name(), json);
  }

  /** Only little-endian files are read. */
  private void checkByteOrder() {
    ZipDirectory.Entry entry = zip.find(folder(zip) + "byteorder");
    if (entry != null) {
      String order = new String(zip.read(entry, 16), StandardCharsets.ISO_8859_1).strip();
      if (!order.equals("little")) {
        throw bytes.refuse("has the byte order %s; only little is read".formatted(order));
      }
    }
  }
}
