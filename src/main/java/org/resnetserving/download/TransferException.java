package org.resnetserving.download;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.resnetserving.download.DownloadException.Kind;

/** One attempt that failed, and whether another may do better. */
final class TransferException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What a server means by 401 and 403. */
  static final String DENIED = "the server wants other credentials";

  private final Kind kind;
  private final boolean again;
  private final @Nullable Duration after;

  private TransferException(
      Kind kind,
      String message,
      boolean again,
      @Nullable Duration after,
      @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.again = again;
    this.after = after;
  }

  /** A failure that the same source would only repeat. */
  static TransferException last(Kind kind, String message) {
    return new TransferException(kind, message, false, null, null);
  }

  /** A failure that may pass. */
  static TransferException passing(Kind kind, String message) {
    return new TransferException(kind, message, true, null, null);
  }

  /** A failure that the server says will have passed. */
  static TransferException after(@Nullable Duration after, String message) {
    return new TransferException(Kind.BUSY, message, true, after, null);
  }

  /** What went wrong between here and the server. */
  static TransferException network(IOException e) {
    if (e instanceof HttpConnectTimeoutException) {
      return new TransferException(Kind.NO_NETWORK, "no connection in time", true, null, e);
    }
    if (e instanceof HttpTimeoutException) {
      return new TransferException(Kind.TIMEOUT, String.valueOf(e.getMessage()), true, null, e);
    }
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
        return new TransferException(Kind.NO_NETWORK, "unknown host", true, null, e);
      }
      if (cause instanceof SSLHandshakeException) {
        String message =
            "no trusted connection ("
                + cause.getMessage()
                + "); a company's own certificate authority goes into a -Djavax.net.ssl.trustStore";
        return new TransferException(Kind.REFUSED, message, false, null, e);
      }
    }
    if (String.valueOf(e.getMessage()).contains("WWW-Authenticate header missing")) {
      return new TransferException(Kind.DENIED, DENIED + " (HTTP 401)", false, null, e);
    }
    if (e instanceof ConnectException || e instanceof NoRouteToHostException) {
      String message = e.getMessage() == null ? "no connection" : e.getMessage();
      return new TransferException(Kind.NO_NETWORK, message, true, null, e);
    }
    return new TransferException(
        Kind.BROKEN, "the connection broke (" + e.getMessage() + ")", true, null, e);
  }

  /** What went wrong between here and the disk. */
  static TransferException disk(IOException e) {
    if (e instanceof ClosedByInterruptException) {
      return new TransferException(Kind.CANCELLED, "interrupted", false, null, e);
    }
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    boolean full =
        message.contains("no space left")
            || message.contains("not enough space")
            || message.contains("quota exceeded");
    return new TransferException(
        full ? Kind.DISK_FULL : Kind.FOLDER,
        full ? "the disk is full (" + e.getMessage() + ")" : "cannot write (" + e + ")",
        false,
        null,
        e);
  }

  Kind kind() {
    return kind;
  }

  boolean again() {
    return again;
  }

  /** How long the server asks to wait; null where it does not say. */
  @Nullable Duration after() {
    return after;
  }

  /** Whether it is about this machine, so that no other source would do better. */
  boolean local() {
    return kind == Kind.DISK_FULL || kind == Kind.FOLDER || kind == Kind.CANCELLED;
  }
}
