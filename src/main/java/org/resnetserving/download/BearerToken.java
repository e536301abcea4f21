package org.resnetserving.download;

import java.net.URI;

/**
 * A token that one host asks for, such as the Hugging Face hub. It is sent to nobody else, and
 * never in the clear except to this machine itself.
 *
 * @param host the host that may have it
 * @param value the token
 */
public record BearerToken(String host, String value) {
  public BearerToken {
    if (host.isBlank() || !value.matches("[!-~]{1,1000}")) {
      throw new IllegalArgumentException(
          "a token needs its host and 1 to 1000 visible ASCII characters");
    }
  }

  boolean isFor(URI url) {
    boolean secret =
        "https".equals(url.getScheme())
            || "127.0.0.1".equals(url.getHost())
            || "localhost".equals(url.getHost());
    return secret && host.equalsIgnoreCase(url.getHost());
  }

  @Override
  public String toString() {
    return "BearerToken[" + host + "]";
  }
}
