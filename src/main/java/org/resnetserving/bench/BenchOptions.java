package org.resnetserving.bench;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to measure.
 *
 * @param size side of the square that the network sees
 * @param seconds how long each cell is measured
 * @param quick fewer cells, shorter
 * @param json where the results go as JSON as well
 * @param url of a service that runs already; null starts one, and the baselines
 * @param pid of that service, for its processor time and memory
 * @param model which model
 * @param modelsDirectory where its descriptor is
 * @param precisions to try
 * @param soak how many requests to watch the memory over; 0 runs the benchmark instead
 * @param soakTime how long to watch what the service holds; null does not
 * @param soakModels served beside {@code model} in a soak by time
 * @param rate of a soak by time, in requests a second; 0 sends as fast as they are answered
 * @param form whether pictures go as forms, as curl -F sends them
 * @param field of the form
 * @param workers of the service at {@code url}, for what theory says of its tail
 * @param deadline seconds after which an answer is of no use
 * @param natives the folder that the service unpacks natives into
 * @param javaOptions of the services that are started
 * @param serviceOptions further arguments of the service that is started
 */
public record BenchOptions(
    int size,
    double seconds,
    boolean quick,
    @Nullable Path json,
    @Nullable URI url,
    long pid,
    String model,
    Path modelsDirectory,
    List<String> precisions,
    int soak,
    @Nullable Duration soakTime,
    List<String> soakModels,
    double rate,
    boolean form,
    String field,
    int workers,
    double deadline,
    Path natives,
    List<String> javaOptions,
    List<String> serviceOptions) {

  /** Copies the lists. */
  public BenchOptions {
    precisions = List.copyOf(precisions);
    soakModels = List.copyOf(soakModels);
    javaOptions = List.copyOf(javaOptions);
    serviceOptions = List.copyOf(serviceOptions);
  }

  /** Whether any other server is measured, at its own path. */
  public boolean isPeer() {
    return url != null && url.getRawPath() != null && url.getRawPath().length() > 1;
  }

  /** Whether it is asked over gRPC, by the Open Inference Protocol. */
  public boolean isGrpc() {
    return url != null && "grpc".equals(url.getScheme());
  }

  /** Whether a service is watched for a long time, and nothing else done. */
  public boolean soaks() {
    return soak > 0 || soakTime != null;
  }
}
