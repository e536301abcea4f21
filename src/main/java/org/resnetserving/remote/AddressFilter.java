package org.resnetserving.remote;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses may be connected to: those that IANA's registries call globally reachable, and
 * the networks that a setting adds. An IPv6 address that carries an IPv4 address is refused
 * whatever it carries: it is reached by a translator or a relay of somebody's choice.
 */
final class AddressFilter {
  /** IANA's IPv4 special-purpose registry, multicast, and Azure's metadata at a public address. */
  private static final List<Network> REFUSED_V4 =
      networks(
          "0.0.0.0/8", // this network
          "10.0.0.0/8", // private
          "100.64.0.0/10", // behind a carrier's NAT; Alibaba's metadata
          "127.0.0.0/8", // loopback
          "168.63.129.16/32", // Azure's metadata and name server
          "169.254.0.0/16", // link-local; metadata of most clouds
          "172.16.0.0/12", // private
          "192.0.0.0/24", // protocols; Oracle's metadata
          "192.0.2.0/24", // documentation
          "192.31.196.0/24", // AS112
          "192.52.193.0/24", // AMT
          "192.88.99.0/24", // 6to4 relays
          "192.168.0.0/16", // private
          "192.175.48.0/24", // AS112
          "198.18.0.0/15", // benchmarks
          "198.51.100.0/24", // documentation
          "203.0.113.0/24", // documentation
          "224.0.0.0/4", // multicast
          "240.0.0.0/4"); // reserved, broadcast

  /**
   * All that is given out to be reached from everywhere. Outside of it are loopback, link-local,
   * unique local (with AWS's metadata), multicast, IPv4-compatible and IPv4-mapped addresses, and
   * NAT64's 64:ff9b::/96 and 64:ff9b:1::/48.
   */
  private static final Network GLOBAL_V6 = Network.parse("2000::/3");

  /** IANA's IPv6 special-purpose registry within that. */
  private static final List<Network> REFUSED_V6 =
      networks(
          "2001::/23", // protocols; Teredo, ORCHID, benchmarks
          "2001:db8::/32", // documentation
          "2002::/16", // 6to4
          "2620:4f:8000::/48", // AS112
          "3fff::/20"); // documentation

  private final List<Network> allowed;

  /**
   * @param allowed networks whose addresses may be connected to whatever they are
   */
  AddressFilter(List<Network> allowed) {
    this.allowed = List.copyOf(allowed);
  }

  private static List<Network> networks(String... blocks) {
    return Stream.of(blocks).map(Network::parse).toList();
  }

  /** Whether the address may be connected to. */
  boolean allows(InetAddress address) {
    return isIn(allowed, address) || isPublic(address);
  }

  private static boolean isPublic(InetAddress address) {
    if (address instanceof Inet4Address) {
      return !isIn(REFUSED_V4, address);
    }
    return GLOBAL_V6.contains(address) && !isIn(REFUSED_V6, address) && !isIsatap(address);
  }

  /** RFC 5214: the last half is 0000:5efe or 0200:5efe and an IPv4 address, in any network. */
  private static boolean isIsatap(InetAddress address) {
    byte[] bytes = address.getAddress();
    return (bytes[8] & ~0x02) == 0
        && bytes[9] == 0
        && bytes[10] == 0x5e
        && bytes[11] == (byte) 0xfe;
  }

  private static boolean isIn(List<Network> networks, InetAddress address) {
    return networks.stream().anyMatch(network -> network.contains(address));
  }
}
