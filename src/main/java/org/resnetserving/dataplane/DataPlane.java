package org.resnetserving.dataplane;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.resnetserving.admission.Terms;
import org.resnetserving.admission.Ticker;
import org.resnetserving.catalog.Catalog;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import org.resnetserving.serving.Outcome;
import org.resnetserving.serving.ServedModel;
import org.resnetserving.serving.StageClock;
import org.springframework.stereotype.Component;

/** The models as every face sees them: found by name, and asked. Thread-safe. */
@Component
public final class DataPlane {
  private final Catalog catalog;
  private final RequestMetrics metrics;
  private final StageSpans spans;
  private final Ticker ticker;
  private final List<AnswerListener> listeners;

  DataPlane(
      Catalog catalog,
      RequestMetrics metrics,
      StageSpans spans,
      Ticker ticker,
      List<AnswerListener> listeners) {
    this.catalog = catalog;
    this.metrics = metrics;
    this.spans = spans;
    this.ticker = ticker;
    this.listeners = List.copyOf(listeners);
  }

  /**
   * What a face does with a request that is under way.
   *
   * @param <T> the answer in the face's own words
   */
  @FunctionalInterface
  public interface Work<T> {
    /** Reads the request, asks the model, and makes an answer of what it says. */
    T answer(Exchange exchange) throws IOException;
  }

  /**
   * As {@link Work}, with several models.
   *
   * @param <T> the answer in the face's own words
   */
  @FunctionalInterface
  public interface EnsembleWork<T> {
    /** Reads the request, asks the models, and makes an answer of what they say. */
    T answer(EnsembleExchange exchange) throws IOException;
  }

  /** All models, the default one first. */
  public List<ServedModel> models() {
    return catalog.models();
  }

  /** The model that answers requests that name none. */
  public ServedModel defaultModel() {
    return catalog.defaultModel();
  }

  /**
   * The model of that name. A request for one that is not served is counted.
   *
   * @throws ProblemException (MODEL_UNKNOWN) naming those that exist
   */
  public ServedModel model(String name) {
    try {
      return catalog.model(name);
    } catch (ProblemException e) {
      metrics.unknown();
      throw e;
    }
  }

  /** What was asked of a model since the start. */
  public RequestTotals totals(ServedModel model) {
    return metrics.totals(model.name());
  }

  /** On which a request is read that says only in its body which model it asks. */
  public Terms terms() {
    ServedModel first = defaultModel();
    return new Terms() {
      @Override
      public Duration deadline() {
        return first.deadline();
      }

      @Override
      public Duration maxDeadline() {
        return first.maxDeadline();
      }

      @Override
      public void requireReady() {
        // The model that it asks says so.
      }
    };
  }

  /**
   * Answers one request: its time counts from now, and what became of it is counted and traced when
   * the work ends.
   *
   * @throws ProblemException what the work throws; one of an overload says when to come back, and
   *     one of a deadline where the time went
   */
  public <T> T answer(ServedModel model, Work<T> work) throws IOException {
    Exchange exchange = new Exchange(this, begun(model), new StageClock(ticker), metrics, spans);
    try {
      return counted(
          () -> work.answer(exchange),
          exchange.clock(),
          () -> exchange.model().name(),
          () -> exchange.model().retryAfter());
    } finally {
      exchange.model().end();
    }
  }

  /**
   * Answers one request to several models, as {@link #answer}; it is counted under the name {@link
   * RequestMetrics#ENSEMBLE}.
   */
  public <T> T answerTogether(EnsembleWork<T> work) throws IOException {
    List<ServedModel> held = new ArrayList<>();
    EnsembleExchange exchange =
        new EnsembleExchange(
            name -> {
              ServedModel model = begun(model(name));
              held.add(model);
              return model;
            },
            new StageClock(ticker),
            metrics,
            this::tell);
    try {
      return counted(
          () -> work.answer(exchange),
          exchange.clock(),
          () -> RequestMetrics.ENSEMBLE,
          exchange::retryAfter);
    } finally {
      held.forEach(ServedModel::end);
    }
  }

  /** The model, or the one that has taken its place meanwhile, held until the request ends. */
  ServedModel begun(ServedModel model) {
    ServedModel asked = model;
    while (!asked.begin()) {
      asked = model(model.name());
    }
    return asked;
  }

  /** Tells whoever wants to know what became of a request's pictures. */
  void tell(List<Outcome> outcomes) {
    listeners.forEach(listener -> listener.onOutcomes(outcomes));
  }

  private <T> T counted(
      Answer<T> answer, StageClock clock, Supplier<String> asked, Supplier<Duration> retryAfter)
      throws IOException {
    @Nullable ProblemType problem = ProblemType.INTERNAL_ERROR;
    try {
      T answered = answer.get();
      problem = null;
      return answered;
    } catch (ProblemException e) {
      problem = e.type();
      throw switch (problem) {
        case DEADLINE_EXCEEDED -> e.with("stages_ms", clock.millis());
        case OVERLOADED -> e.retryAfter(retryAfter.get());
        default -> e;
      };
    } finally {
      if (problem != ProblemType.MODEL_UNKNOWN) { // else it is counted already
        metrics.finished(asked.get(), problem, clock);
      }
      spans.finished(asked.get(), problem, clock);
    }
  }

  /** What may fail to read. */
  private interface Answer<T> {
    T get() throws IOException;
  }
}
