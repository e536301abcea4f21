package org.resnetserving.openinference;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.resnetserving.admission.Deadline;
import org.resnetserving.dataplane.Exchange;
import org.resnetserving.models.ModelDescriptor.Preprocessing;
import org.resnetserving.openinference.InferRequest.RequestedOutput;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.serving.Input;
import org.resnetserving.serving.Outcome;
import org.resnetserving.serving.PictureResult;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.Wanted;

/**
 * Answers requests to one model, however they came and however the answer is written.
 *
 * @param model that answers
 * @param maxPictures of one request
 */
record Inferences(ServedModel model, int maxPictures) {
  /** The only version that a model has. */
  static final String VERSION = "1";

  /** The name of the one input. */
  static final String INPUT = "input";

  private static final long MICROS_PER_SECOND = 1_000_000;

  /** How many elements an input may have. */
  long maxElements() {
    return pictures().maxElements();
  }

  /**
   * Answers.
   *
   * @param deadline of the request, unless it has a {@code timeout} of its own
   * @throws ProblemException (TENSOR_INVALID, PARAMETER_INVALID, ANSWER_UNAVAILABLE), what is wrong
   *     with a picture, and what the exchange throws
   */
  InferResponse answer(Exchange exchange, InferRequest request, Deadline deadline, Bounds bounds) {
    List<RequestedOutput> asked =
        request.outputs().isEmpty()
            ? List.of(new RequestedOutput(Output.of(model).label(), Parameters.NONE))
            : request.outputs();
    List<Output> outputs = asked.stream().map(this::output).toList();
    Deadline own = deadline(request.parameters(), deadline);
    List<Input> inputs = pictures().inputs(input(request), bounds);
    Wanted wanted = outputs.contains(Output.EMBEDDING) ? Wanted.FEATURES : Wanted.LOGITS;
    List<PictureResult> results = results(exchange.infer(inputs, wanted, own));
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      tensors.add(tensor(outputs.get(i), asked.get(i), results, exchange));
    }
    return new InferResponse(model.name(), VERSION, request.id(), tensors);
  }

  private PictureTensor pictures() {
    return new PictureTensor(preset(model), maxPictures);
  }

  /** What the model wants done to a picture; not known until its repository was fetched. */
  static Preprocessing preset(ServedModel model) {
    Preprocessing preset = model.descriptor().ownPreset();
    if (preset == null) {
      throw new ProblemException(
          ProblemType.MODEL_NOT_READY,
          "What model '%s' reads is not known before its repository was fetched."
              .formatted(model.name()));
    }
    return preset;
  }

  private static Tensor input(InferRequest request) {
    if (request.inputs().size() != 1) {
      throw Tensor.invalid(
          "The request has %d inputs; the model reads one, '%s'."
              .formatted(request.inputs().size(), INPUT));
    }
    Tensor input = request.inputs().get(0);
    if (!input.name().equals(INPUT)) {
      throw Tensor.invalid(input.name(), "is not there; the model reads '%s'".formatted(INPUT));
    }
    return input;
  }

  private Output output(RequestedOutput asked) {
    Output output = Output.named(asked.name());
    if (output == null || (output != Output.EMBEDDING && model.labels().size() == 0)) {
      throw Tensor.invalid(
          "There is no output '%s'; there %s."
              .formatted(
                  Tensor.quoted(asked.name()),
                  model.labels().size() == 0
                      ? "is embedding, since the network has no head"
                      : "are logits, probabilities and embedding"));
    }
    if (output == Output.EMBEDDING && classes(asked) > 0) {
      throw Tensor.invalid(
          "Output 'embedding' tells no classes apart, so it has no classification.");
    }
    return output;
  }

  private Deadline deadline(Parameters parameters, Deadline otherwise) {
    Duration most = model.maxDeadline();
    OptionalLong micros = parameters.whole(Parameters.TIMEOUT, Long.MAX_VALUE);
    if (micros.isEmpty() || micros.getAsLong() == 0) {
      return otherwise;
    }
    Duration asked =
        Duration.ofSeconds(
            micros.getAsLong() / MICROS_PER_SECOND, micros.getAsLong() % MICROS_PER_SECOND * 1000);
    Duration allowed = asked.compareTo(most) < 0 ? asked : most;
    return new Deadline(otherwise.startNanos(), otherwise.startNanos() + allowed.toNanos());
  }

  /** All of them: the protocol has one answer for the whole request. */
  private static List<PictureResult> results(List<Outcome> outcomes) {
    List<PictureResult> results = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      if (outcome.problem().isPresent() && outcomes.size() > 1) {
        throw outcome
            .problem()
            .get()
            .at("Picture %d of %d".formatted(results.size(), outcomes.size()));
      }
      results.add(outcome.result());
    }
    return results;
  }

  private Tensor tensor(
      Output output, RequestedOutput asked, List<PictureResult> results, Exchange exchange) {
    List<float[]> rows =
        results.stream()
            .map(
                result ->
                    switch (output) {
                      case LOGITS -> result.logits();
                      case PROBABILITIES -> floats(result.probabilities(model.activation()));
                      case EMBEDDING -> exchange.embedding(result, false);
                    })
            .toList();
    int classes = classes(asked);
    if (classes > 0) {
      return Classification.of(output.label(), rows, classes, model.labels());
    }
    int columns = rows.get(0).length;
    float[] values = new float[rows.size() * columns];
    for (int row = 0; row < rows.size(); row++) {
      System.arraycopy(rows.get(row), 0, values, row * columns, columns);
    }
    return Tensor.of(output.label(), Shape.of(rows.size(), columns), values);
  }

  private static int classes(RequestedOutput asked) {
    return (int) asked.parameters().whole(Parameters.CLASSIFICATION, Integer.MAX_VALUE).orElse(0);
  }

  private static float[] floats(double[] numbers) {
    float[] floats = new float[numbers.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) numbers[i];
    }
    return floats;
  }
}
