package org.resnetserving.rest;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.Origin;
import org.resnetserving.programs.ProgramChoice;
import org.resnetserving.programs.ProgramSummary;
import org.resnetserving.programs.ProgramTrial;
import org.resnetserving.serving.ModelState;
import org.resnetserving.serving.ModelStatus;
import org.resnetserving.serving.ServedModel;

/**
 * A model and how it is.
 *
 * @param name that requests call it by
 * @param isDefault whether it answers requests that name no model
 * @param state pending, downloading, compiling, warming, ready or failed
 * @param ready whether it answers, as KServe's clients read it
 * @param reason why it failed, or what it waits for
 * @param title for people
 * @param description what else one should know
 * @param architecture of the network; absent where its file says what it is
 * @param classes that it tells apart; absent while only a repository says it that is not here yet
 * @param input what becomes of a picture before the network sees it; absent likewise
 * @param parameters of the network; known once it was compiled
 * @param precision that it is computed in; known once it was compiled
 * @param precisionReason why nothing faster is possible, such as "fp32 only, because …"; absent
 *     where it is
 * @param program which program was written for it, and why
 * @param origin where the network comes from: the file's format, what was found, taken and passed
 *     over, and who told what; known once it was compiled
 * @param weightsSha256 digest of the weights' file; known once it was read
 * @param license of the weights
 * @param accuracy as published, or as measured by those who trained it
 * @param temperature what its outputs are divided by before they become probabilities; absent where
 *     they are not
 * @param unsureBelow the probability of the first label under which an answer is said to be unsure
 * @param note what else its users should know
 */
record ModelResponse(
    @Schema(example = "resnet50-tiny-imagenet") String name,
    @JsonProperty("default") boolean isDefault,
    @Schema(example = "ready") String state,
    boolean ready,
    @Nullable String reason,
    String title,
    @Nullable String description,
    @Schema(example = "resnet50") @Nullable String architecture,
    @Schema(example = "200") @Nullable Integer classes,
    @Nullable Input input,
    @Nullable Long parameters,
    @Nullable String precision,
    @Schema(example = "fp32 only, because precision fp32 is asked for")
        @Nullable String precisionReason,
    @Nullable Chosen program,
    @Nullable Origin origin,
    @Nullable String weightsSha256,
    String license,
    @Nullable PublishedAccuracy accuracy,
    @Nullable Double temperature,
    @Nullable Double unsureBelow,
    @Nullable String note) {

  /** Where a file lies while it is loaded is nobody's business. */
  private static final String TEMPORARY =
      Path.of(System.getProperty("java.io.tmpdir", "/tmp")) + File.separator;

  /** What the names of temporary programs begin with: see {@code engine.NativeEngine}. */
  private static final String OURS = "resnet-serving-";

  /**
   * What becomes of a picture.
   *
   * @param resize its shorter side is brought to so many pixels
   * @param crop side of the square that is cut from its centre
   * @param interpolation bilinear or bicubic, as Pillow computes them
   * @param mode shortest, squash or letterbox
   */
  record Input(int resize, int crop, String interpolation, String mode) {
    static @Nullable Input of(ModelDescriptor.@Nullable Preprocessing preset) {
      return preset == null
          ? null
          : new Input(
              preset.square().resize(),
              preset.side(),
              preset.square().interpolation().name().toLowerCase(Locale.ROOT),
              preset.square().mode().name().toLowerCase(Locale.ROOT));
    }
  }

  /**
   * How often the model is right.
   *
   * @param dataset that it was measured on
   * @param pictures how many
   * @param top1 per cent of pictures whose label was ranked first
   * @param top5 per cent of pictures whose label was among the first five
   * @param note who measured it, and how
   */
  record PublishedAccuracy(
      String dataset,
      @Nullable Integer pictures,
      double top1,
      @Nullable Double top5,
      @Nullable String note) {}

  /**
   * A program and why it was chosen.
   *
   * @param name plain, fused, fused-bf16 or fused-int8
   * @param reason in words
   * @param trials of those that came into question; from an earlier start where the choice was
   *     remembered
   */
  record Chosen(@Schema(example = "fused") String name, String reason, List<Trial> trials) {
    static @Nullable Chosen of(@Nullable ProgramChoice choice) {
      return choice == null
          ? null
          : new Chosen(
              ProgramTrial.program(choice.kind()),
              choice.reason(),
              choice.trials().stream().map(Trial::of).toList());
    }
  }

  /**
   * What became of a program that was tried.
   *
   * @param program plain, fused, fused-bf16 or fused-int8
   * @param imagesPerSecond of all workers together, at the largest batch
   * @param difference of its logits from the plain program's, root mean square, in standard
   *     deviations of those
   * @param refusal why it is not used
   */
  record Trial(
      String program,
      @Nullable Double imagesPerSecond,
      @Nullable Double difference,
      @Nullable String refusal) {
    static Trial of(ProgramTrial trial) {
      return new Trial(
          ProgramTrial.program(trial.kind()),
          trial.imagesPerSecond(),
          trial.difference(),
          trial.refusal());
    }
  }

  static ModelResponse of(ServedModel model, boolean isDefault) {
    ModelDescriptor descriptor = model.descriptor();
    ModelStatus status = model.status();
    ProgramSummary program = model.program();
    ModelDescriptor.Accuracy accuracy = descriptor.accuracy();
    return new ModelResponse(
        model.name(),
        isDefault,
        status.state().label(),
        status.state() == ModelState.READY,
        status.reason() == null ? null : status.reason().replace(TEMPORARY + OURS, OURS),
        descriptor.title(),
        descriptor.description(),
        descriptor.architecture(),
        descriptor.ownPreset() == null ? null : (Integer) model.labels().size(),
        Input.of(descriptor.ownPreset()),
        program == null ? null : program.parameters(),
        program == null ? null : program.precision(),
        program == null ? null : program.precisionReason(),
        program == null ? null : Chosen.of(program.choice()),
        program == null ? null : program.origin(),
        program == null ? null : program.weightsSha256(),
        descriptor.license(),
        accuracy == null
            ? null
            : new PublishedAccuracy(
                accuracy.dataset(),
                accuracy.pictures(),
                accuracy.top1(),
                accuracy.top5(),
                accuracy.note()),
        descriptor.temperature(),
        descriptor.unsureBelow(),
        descriptor.note());
  }
}
