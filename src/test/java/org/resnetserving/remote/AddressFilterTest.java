package org.resnetserving.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AddressFilterTest {
  private final AddressFilter filter = new AddressFilter(List.of());

  @ParameterizedTest
  @ValueSource(
      strings = {
        // this network, private
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.255",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.0.1",
        "192.168.255.255",
        // loopback, link-local
        "127.0.0.1",
        "127.255.255.254",
        "169.254.0.1",
        // metadata of AWS, Google, Azure and Oracle; of ECS; of Alibaba; of Oracle Classic; Azure's
        // wire server
        "169.254.169.254",
        "169.254.170.2",
        "100.100.100.200",
        "192.0.0.192",
        "168.63.129.16",
        // CGNAT
        "100.64.0.1",
        "100.127.255.255",
        // documentation, benchmarks, AS112, AMT, 6to4 relays
        "192.0.2.1",
        "198.51.100.1",
        "203.0.113.1",
        "198.18.0.1",
        "198.19.255.255",
        "192.31.196.1",
        "192.175.48.1",
        "192.52.193.1",
        "192.88.99.1",
        // multicast, reserved, broadcast
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        // IPv6: unspecified, loopback, link-local, site-local, unique local (AWS's metadata),
        // multicast
        "::",
        "::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "fdff::1",
        "ff02::1",
        // documentation, discard, SRv6, benchmarks, ORCHID
        "2001:db8::1",
        "3fff::1",
        "100::1",
        "5f00::1",
        "2001:2::1",
        "2001:20::1",
        "2620:4f:8000::1",
        // IPv4 in IPv6: compatible, mapped, NAT64, its local prefix, 6to4, Teredo, ISATAP
        "::127.0.0.1",
        "::169.254.169.254",
        "::8.8.8.8",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2002:808:808::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2a00:1450:4001:80b:0:5efe:7f00:1",
        "2a00:1450:4001:80b:200:5efe:a00:1"
      })
  void address_thatIsNotPublic_isRefused(String address) throws Exception {
    assertThat(filter.allows(InetAddress.getByName(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "9.255.255.255",
        "11.0.0.1",
        "100.63.255.255",
        "100.128.0.1",
        "126.255.255.255",
        "128.0.0.1",
        "168.63.129.17",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.1",
        "192.167.255.255",
        "192.169.0.1",
        "198.17.255.255",
        "198.20.0.1",
        "223.255.255.255",
        "2001:200::1",
        "2606:4700:4700::1111",
        "2a00:1450:4001:80b::200e",
        "3ffe::1"
      })
  void address_thatIsPublic_isAllowed(String address) throws Exception {
    assertThat(filter.allows(InetAddress.getByName(address))).isTrue();
  }

  @Test
  void network_thatASettingAdds_isAllowedAndNoOther() throws Exception {
    AddressFilter more =
        new AddressFilter(List.of(Network.parse("10.1.0.0/17"), Network.parse("fd00:1::/64")));
    assertThat(more.allows(InetAddress.getByName("10.1.127.255"))).isTrue();
    assertThat(more.allows(InetAddress.getByName("10.1.128.0"))).isFalse();
    assertThat(more.allows(InetAddress.getByName("fd00:1::5"))).isTrue();
    assertThat(more.allows(InetAddress.getByName("fd00:1:0:1::5"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "example.org/8", "::/129", "/8", "a/8"})
  void network_thatIsNone_isRefused(String text) {
    assertThatThrownBy(() -> Network.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("resnet.url.allow-networks");
  }
}
