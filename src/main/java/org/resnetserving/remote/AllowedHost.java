package org.resnetserving.remote;

import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A host that pictures may be fetched from.
 *
 * @param name in the writing of {@link HostName}
 * @param below whether the hosts below that name are meant, and not itself
 * @param port that it must be; empty for the scheme's own
 */
record AllowedHost(String name, boolean below, OptionalInt port) {
  private static final Pattern ENTRY =
      Pattern.compile("(\\*\\.)?(\\[[^\\]]*\\]|[^:/@\\s]+)(?::([0-9]{1,5}))?");

  private static final int LAST_PORT = 65535;

  /**
   * Reads an entry of the list.
   *
   * @throws IllegalArgumentException if it is none
   */
  static AllowedHost parse(String text) {
    Matcher entry = ENTRY.matcher(text.strip());
    if (entry.matches()) {
      boolean below = entry.group(1) != null;
      String name = HostName.of(entry.group(2)).orElse("");
      OptionalInt port =
          entry.group(3) == null
              ? OptionalInt.empty()
              : OptionalInt.of(Integer.parseInt(entry.group(3)));
      boolean goodPort = port.isEmpty() || (port.getAsInt() > 0 && port.getAsInt() <= LAST_PORT);
      // Below a top-level domain is everybody.
      boolean goodName = !name.isEmpty() && (!below || (name.contains(".") && !isAddress(name)));
      if (goodPort && goodName) {
        return new AllowedHost(name, below, port);
      }
    }
    throw new IllegalArgumentException(
        "resnet.url.hosts must hold hosts such as img.example.org, *.example.org or example.org:8443, but one is '%s'"
            .formatted(text));
  }

  private static boolean isAddress(String name) {
    return name.contains(":") || Character.isDigit(name.charAt(name.length() - 1));
  }

  /** Whether a URL's host is meant by this, whatever the port. */
  boolean isHost(String host) {
    return below ? host.endsWith("." + name) : host.equals(name);
  }

  /**
   * Whether a URL's port is.
   *
   * @param usual the scheme's own
   */
  boolean isPort(int asked, int usual) {
    return asked == port.orElse(usual);
  }
}
