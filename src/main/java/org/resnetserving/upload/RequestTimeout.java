package org.resnetserving.upload;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** The {@code Request-Timeout} header: how many seconds, decimal, the client will wait. */
public final class RequestTimeout {
  public static final String HEADER = "Request-Timeout";

  private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

  private RequestTimeout() {}

  /**
   * The time a request is given: what the header says, at most {@code most}; {@code otherwise} when
   * there is none.
   *
   * @throws ProblemException (PARAMETER_INVALID) if the header is not a positive number of seconds
   */
  public static Duration parse(@Nullable String header, Duration otherwise, Duration most) {
    if (header == null) {
      return otherwise;
    }
    String value = header.strip();
    if (SECONDS.matcher(value).matches()) {
      Duration asked = Duration.ofNanos((long) (Double.parseDouble(value) * 1e9));
      if (asked.compareTo(Duration.ZERO) > 0) {
        return asked.compareTo(most) < 0 ? asked : most;
      }
    }
    throw new ProblemException(
            ProblemType.PARAMETER_INVALID,
            "Header '%s' must be a positive number of seconds such as 2.5 (more than %s counts as %s)."
                .formatted(HEADER, seconds(most), seconds(most)))
        .with("parameter", HEADER);
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() / 1000.0 + " s";
  }
}
