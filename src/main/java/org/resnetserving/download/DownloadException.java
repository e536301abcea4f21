package org.resnetserving.download;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A file that could not be had: why, and what to do about it. The message stands by itself. */
public final class DownloadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final boolean passing;

  DownloadException(Kind kind, String message, @Nullable Throwable cause) {
    this(kind, kind.passing(), message, cause);
  }

  DownloadException(Kind kind, boolean passing, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.passing = passing;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** Whether time may mend it, at one of the sources. */
  public boolean passing() {
    return passing;
  }

  /** The same, which says besides what other files are wrong, unless it does already. */
  public DownloadException besides(List<String> wrong) {
    String message = String.valueOf(getMessage());
    String more =
        wrong.stream()
            .filter(what -> !message.contains(what))
            .map(what -> ". " + what)
            .collect(Collectors.joining());
    return more.isEmpty() ? this : new DownloadException(kind, passing, message + more, this);
  }

  /** What can go wrong. */
  public enum Kind {
    /** Connecting is switched off. */
    OFFLINE,
    /** The host, or the proxy before it, cannot be reached. */
    NO_NETWORK,
    /** There is no such file. */
    NOT_FOUND,
    /** The server or the proxy wants other credentials. */
    DENIED,
    /** The file is not the one that was wanted. */
    WRONG_HASH,
    /** A web page came instead of a file: a proxy's, a hotel's, an error's. */
    NOT_A_FILE,
    /** The file does not fit on the disk. */
    DISK_FULL,
    /** The server said nothing for too long, or too little. */
    TIMEOUT,
    /** The file is larger than allowed. */
    TOO_LARGE,
    /** The server asks to come back later, each time. */
    BUSY,
    /** The connection broke, or the server did, each time. */
    BROKEN,
    /** The server's answer is not acceptable. */
    REFUSED,
    /** The folder cannot be written to or read. */
    FOLDER,
    /** The thread was interrupted. */
    CANCELLED;

    boolean passing() {
      return this == NO_NETWORK || this == TIMEOUT || this == BUSY || this == BROKEN;
    }
  }
}
