package org.resnetserving.models;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.resnetserving.weights.NearestNames;

/**
 * The labels of a model, one for each of its outputs. They are read from a {@code .tsv} with the
 * columns index, wnid and name (by header, or in that order without one; further columns are
 * ignored), from JSON ({@link JsonLabels}) or TorchServe's archive with such a file in it, or from
 * any other file as one name a line.
 */
public final class Labels {
  /** More bytes than any label file needs: ImageNet-21k with definitions has three million. */
  static final int MAX_BYTES = 16 << 20;

  static final int MAX_LABELS = 100_000;
  static final int MAX_NAME = 300;
  static final Pattern WNID = Pattern.compile("n\\d{8}");
  private static final Pattern DIGITS = Pattern.compile("\\d{1,6}");

  private final List<Label> labels;

  /* Concurrency: each is made of the labels alone, so it does no harm when two threads make it. */
  private volatile @Nullable Taxonomy taxonomy;
  private volatile @Nullable Map<String, List<Label>> byName;

  private Labels(List<Label> labels) {
    this.labels = List.copyOf(labels);
  }

  /**
   * The labels of a model; none where its descriptor names no file, since its network has no head.
   *
   * @throws DescriptorException naming the file, the line and what should be there
   */
  public static Labels of(ModelDescriptor model) {
    Path file = model.labels();
    return file == null ? new Labels(List.of()) : read(file, model.classes());
  }

  /**
   * Reads a label file.
   *
   * @param file a {@code .tsv}, {@code .json} or {@code .mar}, or a plain list
   * @param count how many labels there must be; null takes as many as there are
   * @throws DescriptorException naming the file, the line and what should be there
   */
  public static Labels read(Path file, @Nullable Integer count) {
    String lower = file.toString().toLowerCase(Locale.ROOT);
    if (lower.endsWith(".json") || lower.endsWith(".mar")) {
      return requireCount(file, JsonLabels.read(file), count, 1);
    }
    String[] lines = lines(file);
    List<Label> labels = lower.endsWith(".tsv") ? table(file, lines) : list(file, lines);
    return requireCount(file, labels, count, lines.length);
  }

  private static Labels requireCount(
      Path file, List<Label> labels, @Nullable Integer count, int line) {
    if (labels.isEmpty()) {
      throw new DescriptorException(file, 1, "there are no labels");
    }
    if (count != null && labels.size() != count) {
      throw new DescriptorException(
          file, line, "there are " + labels.size() + " labels for " + count + " classes");
    }
    return new Labels(labels);
  }

  /** The label of an output. */
  public Label get(int index) {
    return labels.get(index);
  }

  /** How many there are. */
  public int size() {
    return labels.size();
  }

  /** All of them, in the order of the outputs. */
  public List<Label> all() {
    return labels;
  }

  /** What the classes are kinds of; empty where {@link #unplaced} is not. */
  public Optional<Taxonomy> taxonomy() {
    Taxonomy known = taxonomy;
    if (known == null && unplaced().isEmpty()) {
      known = Taxonomy.of(this);
      taxonomy = known;
    }
    return Optional.ofNullable(known);
  }

  /** The first label that has no place in WordNet: it is no class of ImageNet-1k by its wnid. */
  public Optional<Label> unplaced() {
    return Taxonomy.unplaced(this);
  }

  /**
   * The classes that somebody means: by name, which two may share and of which case does not count;
   * else by wnid; else by index. Empty where there is none.
   */
  public List<Label> named(String text) {
    Map<String, List<Label>> known = byName;
    if (known == null) {
      known =
          labels.stream()
              .collect(Collectors.groupingBy(label -> label.name().toLowerCase(Locale.ROOT)));
      byName = known;
    }
    List<Label> named = known.get(text.toLowerCase(Locale.ROOT));
    if (named != null) {
      return List.copyOf(named);
    }
    if (WNID.matcher(text).matches()) {
      return labels.stream().filter(label -> text.equals(label.wnid())).toList();
    }
    return DIGITS.matcher(text).matches() && Integer.parseInt(text) < labels.size()
        ? List.of(labels.get(Integer.parseInt(text)))
        : List.of();
  }

  /** What there is instead of a name that is not there: "the nearest are a, b and c". */
  public String nearest(String name) {
    return NearestNames.of(name, labels.stream().map(Label::name).toList());
  }

  private static List<Label> list(Path file, String[] lines) {
    List<Label> labels = new ArrayList<>();
    for (int i = 0; i < lines.length; i++) {
      labels.add(new Label(i, name(file, i + 1, lines[i]), null));
    }
    return labels;
  }

  private static List<Label> table(Path file, String[] lines) {
    String[] first = lines.length == 0 ? new String[0] : lines[0].split("\t", -1);
    boolean header = first.length > 0 && !DIGITS.matcher(first[0].strip()).matches();
    Columns columns = header ? Columns.of(file, first) : new Columns(0, 1, 2);
    int start = header ? 1 : 0;
    @Nullable Label[] labels = new @Nullable Label[lines.length - start];
    Map<String, Integer> wnids = new HashMap<>();
    for (int i = start; i < lines.length; i++) {
      Label label = row(file, i + 1, lines[i].split("\t", -1), columns);
      if (label.index() >= labels.length) {
        throw new DescriptorException(
            file,
            i + 1,
            "index "
                + label.index()
                + " is not one of 0 to "
                + (labels.length - 1)
                + ": the file has "
                + labels.length
                + " rows");
      }
      if (labels[label.index()] != null) {
        throw new DescriptorException(file, i + 1, "index " + label.index() + " is there twice");
      }
      if (label.wnid() != null && wnids.put(label.wnid(), i) != null) {
        throw new DescriptorException(file, i + 1, "wnid " + label.wnid() + " is there twice");
      }
      labels[label.index()] = label;
    }
    List<Label> all = new ArrayList<>();
    for (Label label : labels) {
      if (label != null) { // every row has its own index below the number of rows: none is
        all.add(label);
      }
    }
    return all;
  }

  private static Label row(Path file, int line, String[] fields, Columns columns) {
    if (fields.length <= columns.last()) {
      throw new DescriptorException(
          file,
          line,
          "there are "
              + fields.length
              + " tab-separated fields, "
              + (columns.last() + 1)
              + " or more are needed");
    }
    String index = fields[columns.index()].strip();
    if (!DIGITS.matcher(index).matches()) {
      throw new DescriptorException(file, line, "index is '" + index + "', not a number from 0");
    }
    String wnid = columns.wnid() < 0 ? "" : fields[columns.wnid()].strip();
    if (!wnid.isEmpty() && !WNID.matcher(wnid).matches()) {
      throw new DescriptorException(
          file, line, "wnid is '" + wnid + "', not an n with eight digits");
    }
    return new Label(
        Integer.parseInt(index),
        name(file, line, fields[columns.name()]),
        wnid.isEmpty() ? null : wnid);
  }

  static String name(Path file, int line, String text) {
    String name = text.strip();
    if (name.isEmpty()) {
      throw new DescriptorException(file, line, "the label has no name");
    }
    if (name.length() > MAX_NAME) {
      throw new DescriptorException(
          file, line, "the name has " + name.length() + " characters, at most " + MAX_NAME);
    }
    return name;
  }

  private static String[] lines(Path file) {
    String text;
    try {
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new DescriptorException(file, 1, "this is no regular file");
      }
      long size = Files.size(file);
      if (size > MAX_BYTES) {
        throw new DescriptorException(
            file, 1, "the file has " + size + " bytes, at most " + MAX_BYTES);
      }
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new DescriptorException(file, 1, "the file is not UTF-8", e);
    } catch (NoSuchFileException e) {
      throw new DescriptorException(file, 1, "there is no such label file", e);
    } catch (IOException e) {
      throw new DescriptorException(file, 1, "the file cannot be read: " + e, e);
    }
    String[] lines = (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\r?\n", -1);
    int end = lines.length;
    while (end > 0 && lines[end - 1].isBlank()) {
      end--;
    }
    if (end > MAX_LABELS) {
      throw new DescriptorException(
          file, MAX_LABELS + 1, "there are " + end + " lines, at most " + MAX_LABELS);
    }
    return Arrays.copyOf(lines, end);
  }

  /** Where the fields of a row are; wnid is −1 where there is none. */
  private record Columns(int index, int wnid, int name) {
    static Columns of(Path file, String[] header) {
      List<String> names = new ArrayList<>();
      for (String field : header) {
        names.add(field.strip().toLowerCase(Locale.ROOT));
      }
      Columns columns =
          new Columns(names.indexOf("index"), names.indexOf("wnid"), names.indexOf("name"));
      if (columns.index < 0 || columns.name < 0) {
        throw new DescriptorException(
            file, 1, "the header is " + names + "; it needs index and name, and may have wnid");
      }
      return columns;
    }

    int last() {
      return Math.max(index, Math.max(wnid, name));
    }
  }
}
