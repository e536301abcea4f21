package org.resnetserving.remote;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.net.InetAddressUtils;

/** A block of addresses, as {@code 10.0.0.0/8} and {@code fc00::/7} write it. */
final class Network {
  private static final Pattern CIDR = Pattern.compile("([0-9a-fA-F.:]+)/([0-9]{1,3})");

  private final byte[] first;
  private final int bits;

  private Network(byte[] first, int bits) {
    this.first = first;
    this.bits = bits;
  }

  /**
   * Reads a block.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Network parse(String text) {
    Matcher cidr = CIDR.matcher(text.strip());
    if (cidr.matches()) {
      String address = cidr.group(1);
      int bits = Integer.parseInt(cidr.group(2));
      if (InetAddressUtils.isIPv4(address) || InetAddressUtils.isIPv6(address)) {
        byte[] first = literal(address).getAddress();
        if (bits <= first.length * Byte.SIZE) {
          return new Network(first, bits);
        }
      }
    }
    throw new IllegalArgumentException(
        "resnet.url.allow-networks must hold blocks such as 10.1.0.0/16 or fd00:1::/64, but one is '%s'"
            .formatted(text));
  }

  /** An address that is written as such: nobody is asked for it. */
  static InetAddress literal(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("not an address: " + address, e);
    }
  }

  /** Whether the address is one of its own. */
  boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (bytes.length != first.length) {
      return false;
    }
    for (int bit = 0; bit < bits; bit++) {
      int mask = 0x80 >> (bit % Byte.SIZE);
      if (((bytes[bit / Byte.SIZE] ^ first[bit / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
