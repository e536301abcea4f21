package org.resnetserving.repository;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.resnetserving.catalog.ModelRepository;
import org.resnetserving.models.DescriptorException;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.serving.ModelState;
import org.resnetserving.serving.ModelStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers by Triton's model repository extension; a failure is {@code {"error": …}}. */
final class RepositoryHandler {
  private static final Logger log = LoggerFactory.getLogger(RepositoryHandler.class);
  private static final JsonMapper JSON = new JsonMapper();

  /** Of a body: far more than its few members take. */
  private static final int MAX_BYTES = 64 * 1024;

  /** Triton answers once the model is loaded. So long a download goes on after the answer. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** The one version that a model has, as at the other addresses of the protocol. */
  private static final String VERSION = "1";

  private final ModelRepository repository;

  RepositoryHandler(ModelRepository repository) {
    this.repository = repository;
  }

  /**
   * A model.
   *
   * @param name that requests call it by
   * @param version of it
   * @param state READY, LOADING or UNAVAILABLE
   * @param reason why it does not answer, or what went wrong of late; null where there is none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Entry(String name, String version, String state, @Nullable String reason) {
    static Entry of(String name, @Nullable ModelStatus status) {
      return status == null
          ? new Entry(name, VERSION, "UNAVAILABLE", "unloaded")
          : new Entry(name, VERSION, state(status.state()), status.reason());
    }

    private static String state(ModelState state) {
      return switch (state) {
        case READY -> "READY";
        case FAILED -> "UNAVAILABLE";
        case PENDING, DOWNLOADING, COMPILING, WARMING -> "LOADING";
      };
    }
  }

  /**
   * A failure.
   *
   * @param error what happened, and what to do
   */
  record Failure(String error) {}

  /** What a client asks in a way that is not understood or not done here. */
  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }

  ServerResponse index(ServerRequest request) throws IOException {
    JsonNode asked = body(request);
    JsonNode ready = asked.path("ready");
    if (!ready.isMissingNode() && !ready.isBoolean()) {
      throw new Refused("'ready' must be true or false.");
    }
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<String, @Nullable ModelStatus> model : repository.all().entrySet()) {
      Entry entry = Entry.of(model.getKey(), model.getValue());
      if (!ready.asBoolean(false) || entry.state().equals("READY")) {
        entries.add(entry);
      }
    }
    return json(HttpStatus.OK, entries);
  }

  ServerResponse load(ServerRequest request) throws IOException {
    JsonNode parameters = body(request).path("parameters");
    if (parameters.isObject() && !parameters.isEmpty()) {
      throw new Refused(
          "A model is loaded as its descriptor in the models folder says. The parameters '%s' of a"
                  .formatted(
                      ProblemException.shortened(String.join(", ", parameters.propertyNames())))
              + " request (a configuration, or files) are not taken: leave them out.");
    }
    String name = request.pathVariable("model");
    CompletableFuture<ServerResponse> answer =
        repository
            .load(name)
            .outcome()
            .copy()
            .completeOnTimeout(
                new ModelStatus(ModelState.DOWNLOADING, null, null),
                PATIENCE.toSeconds(),
                TimeUnit.SECONDS)
            .thenApply(status -> loaded(name, status));
    return ServerResponse.async(answer, PATIENCE.plusSeconds(30));
  }

  private static ServerResponse loaded(String name, ModelStatus status) {
    return switch (status.state()) {
      case READY -> ServerResponse.ok().build();
      case FAILED ->
          refusal(
              HttpStatus.BAD_REQUEST,
              "Model '%s' was not loaded: %s.".formatted(name, status.reason()));
      default ->
          refusal(
              HttpStatus.SERVICE_UNAVAILABLE,
              "Model '%s' is still being loaded after %d min; the index says how far it is."
                  .formatted(name, PATIENCE.toMinutes()));
    };
  }

  /** Triton's {@code unload_dependents} means nothing here: no model depends on another. */
  ServerResponse unload(ServerRequest request) throws IOException {
    body(request);
    repository.unload(request.pathVariable("model"));
    return ServerResponse.ok().build();
  }

  /** The body, an object; an empty one where there is none. */
  private static JsonNode body(ServerRequest request) throws IOException {
    byte[] bytes = request.servletRequest().getInputStream().readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new Refused(
          "The request is longer than %d bytes. It says which model, not what is in it: files and"
                  .formatted(MAX_BYTES)
              + " configurations of models are taken from the models folder alone.");
    }
    if (bytes.length == 0) {
      return JSON.createObjectNode();
    }
    JsonNode node;
    try {
      node = JSON.readTree(bytes);
    } catch (JacksonException e) {
      throw new Refused("The body is not JSON: " + e.getOriginalMessage());
    }
    if (!node.isObject()) {
      throw new Refused("The body must be a JSON object, such as {}.");
    }
    return node;
  }

  static ServerResponse failure(Throwable e, ServerRequest request) {
    HttpStatus status;
    if (e instanceof ProblemException problem) {
      status = HttpStatus.NOT_FOUND; // The repository knows but one problem: no such model.
      log.debug("{}: {}", problem.type().slug(), problem.getMessage());
    } else if (e instanceof Refused
        || e instanceof DescriptorException
        || e instanceof IllegalArgumentException) {
      status = HttpStatus.BAD_REQUEST;
    } else {
      log.error("Unexpected failure at {}", request.path(), e);
      return refusal(HttpStatus.INTERNAL_SERVER_ERROR, "The service failed; its log says why.");
    }
    return refusal(status, String.valueOf(e.getMessage()));
  }

  static ServerResponse refusal(HttpStatus status, String why) {
    return json(status, new Failure(ProblemException.printable(why)));
  }

  private static ServerResponse json(HttpStatus status, Object body) {
    return ServerResponse.status(status).contentType(MediaType.APPLICATION_JSON).body(body);
  }
}
