package org.resnetserving.problem;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A failure that a client is told about: its type, what happened here, and what to do about it. */
public final class ProblemException extends RuntimeException {
  /** The property whose whole seconds become the {@code Retry-After} header. */
  static final String RETRY_AFTER_SECONDS = "retry_after_seconds";

  /** Characters of what a client sent that it is told again. */
  private static final int LONGEST_QUOTE = 60;

  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\p{Cf}\u2028\u2029]");

  private static final long serialVersionUID = 1L;

  private final ProblemType type;
  private final transient Map<String, Object> properties = new LinkedHashMap<>();

  /**
   * @param type what kind of failure this is
   * @param detail what happened, with the limits and counts that explain it
   */
  public ProblemException(ProblemType type, String detail) {
    this(type, detail, null);
  }

  /**
   * @param type what kind of failure this is
   * @param detail what happened, with the limits and counts that explain it
   * @param cause the failure underneath
   */
  public ProblemException(ProblemType type, String detail, @Nullable Throwable cause) {
    super(detail, cause, true, isFault(type));
    this.type = type;
  }

  /** Whether somebody will want to know where in the code it happened; a refusal is no accident. */
  private static boolean isFault(ProblemType type) {
    return type == ProblemType.INTERNAL_ERROR || type == ProblemType.INFERENCE_FAILED;
  }

  /** Adds an extension member to the problem document; returns this. */
  public ProblemException with(String name, Object value) {
    properties.put(name, value);
    return this;
  }

  /**
   * Says when the same request may do better: in the {@code Retry-After} header, and as {@code
   * retry_after_seconds}. Parts of a second count as one. Returns this.
   */
  public ProblemException retryAfter(Duration wait) {
    return with(RETRY_AFTER_SECONDS, wait.plusNanos(999_999_999).toSeconds());
  }

  /** The same failure, of one of several: the place stands before what happened. */
  public ProblemException at(String place) {
    return copy(place + ": " + getMessage());
  }

  /** The same failure, of another request: what is added to it is not added to this. */
  public ProblemException again() {
    return copy(String.valueOf(getMessage()));
  }

  private ProblemException copy(String detail) {
    ProblemException copy = new ProblemException(type, detail, this);
    copy.properties.putAll(properties);
    return copy;
  }

  /**
   * What a client sent, as it may be repeated to it: its beginning, and no control characters,
   * which a log or a terminal could take for more than text.
   */
  public static String shortened(String sent) {
    return printable(
        sent.length() <= LONGEST_QUOTE ? sent : sent.substring(0, LONGEST_QUOTE) + "…");
  }

  /** The text without control characters, each of which becomes a replacement character. */
  public static String printable(String text) {
    return CONTROL.matcher(text).replaceAll("\uFFFD");
  }

  /** In how many seconds the same request may do better; empty where that is not known. */
  public Optional<Long> retryAfter() {
    return properties.get(RETRY_AFTER_SECONDS) instanceof Number seconds
        ? Optional.of(seconds.longValue())
        : Optional.empty();
  }

  /** What kind of failure this is. */
  public ProblemType type() {
    return type;
  }

  /** The extension members, in the order they were added. */
  public Map<String, Object> properties() {
    return Collections.unmodifiableMap(properties);
  }
}
