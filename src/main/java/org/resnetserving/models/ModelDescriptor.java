package org.resnetserving.models;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.resnetserving.image.DecodeMode;
import org.resnetserving.image.Preset;
import org.resnetserving.network.Activation;
import org.resnetserving.network.Normalization;

/**
 * What {@code models/<name>.yml} says about a model.
 *
 * @param name the file's name without {@code .yml}
 * @param file the descriptor's file
 * @param title what people call the model
 * @param description a sentence or two about it
 * @param architecture which network, as {@code network} names it, or {@link #TORCHSCRIPT}; null
 *     takes what the file says of itself
 * @param classes how many outputs; null takes as many as there are labels
 * @param weights where the weights are
 * @param labels the label file; null for a network without a head, which only makes embeddings
 * @param preset what is done to a picture before the network
 * @param activation what makes probabilities of the outputs; null takes what the file says, or
 *     softmax
 * @param license the licence of the weights, an SPDX identifier where there is one
 * @param accuracy what was published or measured; null where nothing was
 * @param serving settings of its own
 * @param int8Checked that int8 was compared with fp32 on pictures of this model
 * @param note anything else its users should know
 */
public record ModelDescriptor(
    String name,
    Path file,
    String title,
    @Nullable String description,
    @Nullable String architecture,
    @Nullable Integer classes,
    Weights weights,
    @Nullable Path labels,
    Preprocessing preset,
    @Nullable Activation activation,
    String license,
    @Nullable Accuracy accuracy,
    Serving serving,
    boolean int8Checked,
    @Nullable String note) {

  /** The architecture of a TorchScript program that others made, served as it is. */
  public static final String TORCHSCRIPT = "torchscript";

  /**
   * Where the weights are: a file of one's own, or sources to download it from, or both. The file
   * wins if it is there.
   *
   * @param file a local file; a relative one lies beside the descriptor
   * @param sha256 what the local file's SHA-256 must be; null does not check it
   * @param sources where to download from, in order of preference
   * @param entry which state dict of a file that has several; null looks for it
   */
  public record Weights(
      @Nullable Path file,
      @Nullable String sha256,
      List<RemoteFile> sources,
      @Nullable String entry) {
    public Weights {
      sources = List.copyOf(sources);
    }

    /** Of a file whose state dict is looked for. */
    public Weights(@Nullable Path file, @Nullable String sha256, List<RemoteFile> sources) {
      this(file, sha256, sources, null);
    }
  }

  /**
   * One place to download weights from. Exactly one of the three checks is set.
   *
   * @param url an https or http address
   * @param file the name of the file in the cache
   * @param sha256 its whole SHA-256, 64 hex digits
   * @param sha256Prefix the first digits of it, 8 or more, as PyTorch puts them into file names
   * @param linkedEtag that the SHA-256 is taken from the {@code X-Linked-Etag} header with which
   *     the Hugging Face hub redirects to a large file
   * @param size how many bytes; null where it is not known
   */
  public record RemoteFile(
      URI url,
      String file,
      @Nullable String sha256,
      @Nullable String sha256Prefix,
      boolean linkedEtag,
      @Nullable Long size) {}

  /**
   * What is done to a picture.
   *
   * @param square its size
   * @param normalization of its pixels: {@code (pixel / 255 − mean) / std}
   */
  public record Preprocessing(Preset square, Normalization normalization) {

    /** Rows and columns of the pictures that the network reads. */
    public int side() {
      return square.crop();
    }
  }

  /**
   * How often the model is right.
   *
   * @param dataset on which pictures
   * @param pictures how many; null where it is not said
   * @param top1 percent whose first label is right
   * @param top5 percent whose label is among the first five; null where nobody counted
   * @param note who measured it, and how
   */
  public record Accuracy(
      String dataset,
      @Nullable Integer pictures,
      double top1,
      @Nullable Double top5,
      @Nullable String note) {}

  /** Settings that override the service's own; null does not. */
  public record Serving(
      @Nullable Integer workers,
      @Nullable Integer maxBatch,
      @Nullable Integer queue,
      @Nullable Duration deadline,
      @Nullable Precision precision,
      @Nullable DecodeMode decode) {}

  /** In which arithmetic the network runs; {@code AUTO} takes the fastest that answers the same. */
  public enum Precision {
    AUTO,
    FP32,
    BF16,
    INT8
  }
}
