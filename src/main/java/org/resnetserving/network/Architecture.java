package org.resnetserving.network;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.resnetserving.network.Structure.Attention;
import org.resnetserving.network.Structure.Block;
import org.resnetserving.network.Structure.Shortcut;
import org.resnetserving.network.Structure.Stem;
import org.resnetserving.network.Structure.StemPool;
import org.resnetserving.weights.StateDict;

/**
 * A structure by the name that torchvision or timm calls it, or He et al.'s for CIFAR (section 4.2
 * of arXiv 1512.03385). Hyphens and underscores are alike, and a tag as in {@code resnet50.a1_in1k}
 * is passed over. Widths and the number of classes are those of the tensors.
 */
public final class Architecture {
  private static final Pattern CIFAR = Pattern.compile("resnet(\\d{1,4})cifar");
  private static final int CIFAR_STAGES = 3;
  private static final int LARGEST_CIFAR = 1202;

  /** Attention, groups, anti-aliasing or RS, depth, stem, groups × width. */
  private static final Pattern MEMBER =
      Pattern.compile(
          "(se|eca)?(resnet|resnext)(aa|rs)?(10|14|18|26|34|50|101|152|200|201|269|270|350|420)"
              + "([dtcs])?(?:(32|64)x(4|8|16|32)d)?(pruned)?");

  /** Any depths, with torchvision's stem; {@code -first} and {@code -step} are HF's variants. */
  private static final Pattern DEPTHS_GIVEN =
      Pattern.compile("resnet-(basic|bottleneck)((?:-\\d{1,3}){1,6})(-first)?(-step)?");

  private static final Pattern WIDE = Pattern.compile("wideresnet(50|101)2");

  private static final Map<String, Structure> DEPTHS =
      Map.ofEntries(
          Map.entry("10", Structure.of(Block.BASIC, 1, 1, 1, 1)),
          Map.entry("14", Structure.of(Block.BOTTLENECK, 1, 1, 1, 1)),
          Map.entry("18", Structure.of(Block.BASIC, 2, 2, 2, 2)),
          Map.entry("26", Structure.of(Block.BOTTLENECK, 2, 2, 2, 2)),
          Map.entry("34", Structure.of(Block.BASIC, 3, 4, 6, 3)),
          Map.entry("50", Structure.of(Block.BOTTLENECK, 3, 4, 6, 3)),
          Map.entry("101", Structure.of(Block.BOTTLENECK, 3, 4, 23, 3)),
          Map.entry("152", Structure.of(Block.BOTTLENECK, 3, 8, 36, 3)),
          Map.entry("200", Structure.of(Block.BOTTLENECK, 3, 24, 36, 3)),
          Map.entry("201", Structure.of(Block.BOTTLENECK, 3, 24, 36, 4)),
          Map.entry("269", Structure.of(Block.BOTTLENECK, 3, 30, 48, 8)),
          Map.entry("270", Structure.of(Block.BOTTLENECK, 4, 29, 53, 4)),
          Map.entry("350", Structure.of(Block.BOTTLENECK, 4, 36, 72, 4)),
          Map.entry("420", Structure.of(Block.BOTTLENECK, 4, 44, 87, 4)));

  /** Networks that are not read, though their names are like those that are. */
  private static final List<Outside> OUTSIDE =
      List.of(
          new Outside("resnetv2.*|bit.*|.*gn", "it normalises groups of channels"),
          new Outside("(eca|se)?resnetblur.*", "it blurs before it steps"),
          new Outside("skresne.*", "it selects kernels"),
          new Outside("resnest.*", "it splits its attention"),
          new Outside(".*clip.*", "it pools by attention"),
          new Outside(
              "(res2ne|cspresne|gcresne|lambdaresne|ecabotnext|nfresne|regne|(eca)?halone).*",
              "its blocks are others"));

  private record Outside(Pattern names, String why) {
    Outside(String names, String why) {
      this(Pattern.compile(names), why);
    }
  }

  private final String name;
  private final Structure structure;

  Architecture(String name, Structure structure) {
    this.name = name;
    this.structure = structure;
  }

  /**
   * The architecture of that name.
   *
   * @throws IllegalArgumentException if there is none; the message names those that exist
   */
  public static Architecture parse(String name) {
    Matcher given = DEPTHS_GIVEN.matcher(name);
    if (given.matches()) {
      return new Architecture(name, given(given));
    }
    String plain = name.replaceFirst("\\..*", "").replaceAll("[-_]", "");
    Structure found = cifar(plain);
    if (found == null) {
      found = special(plain);
    }
    if (found == null) {
      found = member(plain);
    }
    if (found != null) {
      return new Architecture(name, found);
    }
    String others = String.join(", ", names());
    for (Outside outside : OUTSIDE) {
      if (outside.names().matcher(plain).matches()) {
        throw new IllegalArgumentException(
            "architecture '%s' is not read: %s; there are %s"
                .formatted(name, outside.why(), others));
      }
    }
    throw new IllegalArgumentException(
        "no architecture '%s'; there are %s".formatted(name, others));
  }

  /**
   * The architecture that tensors are of, told from their names and shapes alone. Anti-aliasing and
   * the step of a bottleneck's first convolution leave no trace in them: a network with
   * torchvision's stem is taken for torchvision's.
   *
   * @throws org.resnetserving.weights.WeightsException if they are no residual network's, or could
   *     as well be those of another one of timm's
   */
  public static Architecture of(StateDict weights) {
    return ToldStructure.of(weights);
  }

  /** Steps in the first convolution of a block if {@code -first}, in the first stage if so. */
  private static Structure given(Matcher given) {
    List<Integer> depths =
        Stream.of(given.group(2).substring(1).split("-", -1)).map(Integer::valueOf).toList();
    return Structure.of(given.group(1).equals("basic") ? Block.BASIC : Block.BOTTLENECK, depths)
        .withStrideInFirst(given.group(3) != null)
        .withStepInFirstStage(given.group(4) != null);
  }

  private static @Nullable Structure cifar(String plain) {
    Matcher cifar = CIFAR.matcher(plain);
    if (!cifar.matches()) {
      return null;
    }
    int depth = Integer.parseInt(cifar.group(1));
    if (depth < 8 || depth > LARGEST_CIFAR || (depth - 2) % (2 * CIFAR_STAGES) != 0) {
      return null;
    }
    int n = (depth - 2) / (2 * CIFAR_STAGES);
    return Structure.of(Block.BASIC, n, n, n).withStem(Stem.SMALL).withShortcut(Shortcut.ZEROS);
  }

  private static @Nullable Structure special(String plain) {
    Matcher wide = WIDE.matcher(plain);
    if (wide.matches()) {
      return DEPTHS.get(wide.group(1));
    } else if (plain.equals("ecaresnetlight")) {
      return Structure.of(Block.BOTTLENECK, 1, 1, 11, 3)
          .withShortcut(Shortcut.AVERAGE)
          .withAttention(Attention.NEIGHBOURS);
    } else if (plain.equals("senet154")) {
      return Structure.of(Block.BOTTLENECK, 3, 8, 36, 3)
          .withCardinality(64)
          .withStem(Stem.DEEP)
          .withAttention(Attention.SQUEEZE);
    }
    return null;
  }

  private static @Nullable Structure member(String plain) {
    Matcher member = MEMBER.matcher(plain);
    Structure structure = member.matches() ? DEPTHS.get(member.group(4)) : null;
    if (structure == null) {
      return null;
    }
    boolean next = member.group(2).equals("resnext");
    String groups = member.group(6);
    String letter = member.group(5);
    boolean rs = "rs".equals(member.group(3));
    if (next != (groups != null)
        || (next && structure.block() == Block.BASIC)
        || (rs && (letter != null || next))) {
      return null;
    }
    if (groups != null) {
      structure = structure.withCardinality(Integer.parseInt(groups));
    }
    if (letter != null || rs) {
      structure = structure.withStem(Stem.DEEP);
    }
    if (rs || "d".equals(letter) || "t".equals(letter)) {
      structure = structure.withShortcut(Shortcut.AVERAGE);
    }
    if (rs) {
      structure = structure.withPool(StemPool.CONVOLUTION).withAttention(Attention.SQUEEZE);
    }
    if (member.group(1) != null) {
      structure =
          structure.withAttention(
              member.group(1).equals("se") ? Attention.SQUEEZE : Attention.NEIGHBOURS);
    }
    return structure.withAntiAliasing("aa".equals(member.group(3)));
  }

  /** Names of members of the family, shorter ones first. */
  static Stream<String> members() {
    List<String> depths =
        Stream.of(
                "10", "14", "18", "26", "34", "50", "101", "152", "200", "269", "270", "350", "420")
            .toList();
    Stream<String> plain =
        Stream.of("", "d", "t", "c")
            .flatMap(
                letter ->
                    Stream.of("resnet", "seresnet", "ecaresnet")
                        .flatMap(kind -> depths.stream().map(depth -> kind + depth + letter)));
    Stream<String> next =
        Stream.of("_32x4d", "_64x4d")
            .flatMap(
                groups ->
                    Stream.of("resnext", "seresnext", "ecaresnext")
                        .flatMap(
                            kind ->
                                Stream.of("26", "50", "101", "26d", "50d", "101d", "26t", "50t")
                                    .map(depth -> kind + depth + groups)));
    Stream<String> rs = depths.subList(5, depths.size()).stream().map("resnetrs"::concat);
    return Stream.of(plain, next, rs, Stream.of("ecaresnetlight", "senet154"))
        .flatMap(names -> names);
  }

  /** The names that exist, families as patterns. */
  public static List<String> names() {
    return List.of(
        "resnet18, resnet34, resnet50, resnet101, resnet152 (10, 14, 26, 200, 269 layers too)",
        "the same with a stem of timm's: resnet50d, resnet26t, resnet50c, resnet50s",
        "resnext50_32x4d, resnext101_32x8d, resnext101_64x4d",
        "wide_resnet50_2, wide_resnet101_2",
        "seresnet50, seresnext50_32x4d, ecaresnet50d, ecaresnetlight, senet154",
        "resnetaa50d, seresnextaa101d_32x8d",
        "resnetrs50 to resnetrs420",
        "resnet-basic-2-2-2-2, resnet-bottleneck-3-4-6-3 with any depths",
        "resnet{6n+2}-cifar with n from 1 to 200 (resnet20-cifar … resnet1202-cifar)");
  }

  /** How many residual blocks it has. */
  public int blocks() {
    return structure.depths().stream().mapToInt(Integer::intValue).sum();
  }

  /** The name that it was parsed from. */
  public String name() {
    return name;
  }

  /** How it is built. */
  public Structure structure() {
    return structure;
  }

  /**
   * The network with these weights. Their numbers are read later, so {@code weights} must stay open
   * as long as the graph is used. Without {@code fc.*} the network has no head.
   *
   * @param input what is done to the pixels first
   * @throws org.resnetserving.weights.WeightsException if a tensor is missing, has another shape
   *     than the architecture wants, or has no place in it
   */
  public Graph graph(StateDict weights, Normalization input) {
    return structure.graph(name, weights, input);
  }

  @Override
  public String toString() {
    return name;
  }
}
