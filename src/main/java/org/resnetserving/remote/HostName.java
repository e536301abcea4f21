package org.resnetserving.remote;

import java.net.IDN;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hc.core5.net.InetAddressUtils;

/**
 * A host in the one writing that is compared and asked for: names in small ASCII letters (IDNA),
 * without the root's dot; IPv4 addresses as four decimal numbers; IPv6 addresses as Java writes
 * them, without brackets. Whatever a resolver might take for an address in another writing (octal,
 * hexadecimal, one number, fewer than four) is no host.
 */
final class HostName {
  private static final int LONGEST = 253;

  private static final Pattern LABELS =
      Pattern.compile(
          "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*");

  /** WHATWG's URL standard: a host with such a last label is an IPv4 address or a failure. */
  private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)");

  private static final Pattern IPV4 =
      Pattern.compile("(?:0|[1-9][0-9]{0,2})(?:\\.(?:0|[1-9][0-9]{0,2})){3}");

  private HostName() {}

  /**
   * The host in its one writing.
   *
   * @param written as in a URL; an IPv6 address in brackets
   * @return empty if it is none
   */
  static Optional<String> of(String written) {
    if (written.startsWith("[")) {
      return written.endsWith("]")
          ? v6(written.substring(1, written.length() - 1))
          : Optional.empty();
    }
    String name;
    try {
      name = IDN.toASCII(written, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (name.endsWith(".")) {
      name = name.substring(0, name.length() - 1);
    }
    if (name.length() > LONGEST || !LABELS.matcher(name).matches()) {
      return Optional.empty();
    }
    boolean number = ENDS_IN_NUMBER.matcher(name).matches();
    boolean good = !number || (IPV4.matcher(name).matches() && InetAddressUtils.isIPv4(name));
    return good ? Optional.of(name) : Optional.empty();
  }

  /** No zone: it would name an interface of this machine. No IPv4 address within. */
  private static Optional<String> v6(String literal) {
    if (literal.indexOf('%') >= 0 || !InetAddressUtils.isIPv6(literal)) {
      return Optional.empty();
    }
    InetAddress address = Network.literal(literal);
    return address instanceof Inet6Address
        ? Optional.of(address.getHostAddress())
        : Optional.empty();
  }
}
