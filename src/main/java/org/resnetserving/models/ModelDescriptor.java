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
 * @param ownPreset what is done to a picture before the network; null takes what the repository of
 *     its weights says, once that is here
 * @param activation what makes probabilities of the outputs; null takes what the file says, or
 *     softmax
 * @param temperature what the outputs are divided by before they become probabilities; null leaves
 *     them as they are
 * @param thresholds how probable a class must be to be told, where a request does not say it
 * @param license the licence of the weights, an SPDX identifier where there is one
 * @param accuracy what was published or measured; null where nothing was
 * @param unsureBelow the probability of its first label under which an answer is said to be unsure;
 *     null where nobody measured it
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
    @Nullable Preprocessing ownPreset,
    @Nullable Activation activation,
    @Nullable Double temperature,
    Thresholds thresholds,
    String license,
    @Nullable Accuracy accuracy,
    @Nullable Double unsureBelow,
    Serving serving,
    boolean int8Checked,
    @Nullable String note) {

  /** The architecture of a TorchScript program that others made, served as it is. */
  public static final String TORCHSCRIPT = "torchscript";

  /**
   * What is done to a picture before the network.
   *
   * @throws IllegalStateException if only a repository says it that is not here yet
   */
  public Preprocessing preset() {
    if (ownPreset == null) {
      throw new IllegalStateException(file + ": its repository is not here yet");
    }
    return ownPreset;
  }

  /** Completed by what the folder of its repository says, where it does not say it itself. */
  ModelDescriptor completedBy(ModelDescriptor folder) {
    boolean ownClasses = labels != null || classes != null;
    return new ModelDescriptor(
        name,
        file,
        title,
        description,
        architecture == null ? folder.architecture : architecture,
        ownClasses ? classes : folder.classes,
        new Weights(
            folder.weights.file, weights.sha256, List.of(), weights.entry, weights.repository),
        labels == null ? folder.labels : labels,
        ownPreset == null ? folder.ownPreset : ownPreset,
        activation == null ? folder.activation : activation,
        temperature,
        thresholds,
        license,
        accuracy,
        unsureBelow,
        serving,
        int8Checked,
        note == null
            ? "What its descriptor leaves out is as " + weights.repository + " says."
            : note);
  }

  /**
   * Where the weights are: a file of one's own, or sources to download it from, or both, and then
   * the file wins if it is there; or a repository, which says more of the model than its weights.
   *
   * @param file a local file; a relative one lies beside the descriptor
   * @param sha256 what the SHA-256 of the local file, or of the repository's weights, must be; null
   *     does not check it
   * @param sources where to download from, in order of preference
   * @param entry which state dict of a file that has several; null looks for it
   * @param repository of the Hugging Face hub that has the weights and tells the network, the
   *     labels and the preset; null where there is none
   */
  public record Weights(
      @Nullable Path file,
      @Nullable String sha256,
      List<RemoteFile> sources,
      @Nullable String entry,
      @Nullable Repository repository) {
    /** Bytes of a file, at most: thirty times the largest of the family. */
    public static final long MOST_BYTES = 16L << 30;

    public Weights {
      sources = List.copyOf(sources);
    }

    /** Of a file whose state dict is looked for. */
    public Weights(@Nullable Path file, @Nullable String sha256, List<RemoteFile> sources) {
      this(file, sha256, sources, null, null);
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
