package org.resnetserving.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

final class TargetTest {
  private static final List<AllowedHost> HOSTS =
      Stream.of(
              "img.example.org",
              "*.cdn.example.org",
              "ports.example.org:8443",
              "bücher.example",
              "93.184.216.34",
              "[2606:4700::1111]",
              "127.0.0.1",
              "localhost")
          .map(AllowedHost::parse)
          .toList();

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          https://img.example.org/cat.jpg            | https://img.example.org/cat.jpg
          HTTPS://IMG.Example.ORG:443/Cat.jpg?a=b%20c | https://img.example.org/Cat.jpg?a=b%20c
          https://img.example.org.                   | https://img.example.org/
          https://img.example.org?x#part             | https://img.example.org/?x
          https://a.cdn.example.org/                 | https://a.cdn.example.org/
          https://a.b.cdn.example.org/               | https://a.b.cdn.example.org/
          https://ports.example.org:8443/            | https://ports.example.org:8443/
          https://bücher.example/ü                   | https://xn--bcher-kva.example/%C3%BC
          https://XN--BCHER-KVA.example/             | https://xn--bcher-kva.example/
          https://img。example．org/                  | https://img.example.org/
          https://93.184.216.34/                     | https://93.184.216.34/
          https://[2606:4700:0::1111]/               | https://[2606:4700:0:0:0:0:0:1111]/
          """,
      delimiter = '|')
  void url_ofAnAllowedHost_isTakenInItsOneWriting(String url, String asked) {
    assertThat(Target.of(url, HOSTS, false).uri()).isEqualTo(URI.create(asked));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // schemes
        "http://img.example.org/",
        "ftp://img.example.org/",
        "file:///etc/passwd",
        "jar:https://img.example.org/a!/b",
        "gopher://img.example.org/",
        "//img.example.org/",
        "img.example.org/",
        "https:img.example.org",
        "https:/img.example.org",
        "https:///img.example.org",
        "https://",
        "",
        // hosts
        "https://example.org/",
        "https://cdn.example.org/",
        "https://xcdn.example.org/",
        "https://img.example.org.evil.example/",
        "https://evil.example/img.example.org",
        "https://evil.example#img.example.org",
        "https://evil.example?img.example.org",
        "https://evil.example\\@img.example.org/",
        "https://img.example.org\\.evil.example/",
        "https://img.example.org%00.evil.example/",
        "https://img%2eexample.org/",
        "https://img.example.org..",
        "https://.img.example.org",
        "https://img_.cdn.example.org/",
        // passwords
        "https://user@img.example.org/",
        "https://user:password@img.example.org/",
        "https://img.example.org@evil.example/",
        "https://img.example.org:443@evil.example/",
        // ports
        "https://img.example.org:8443/",
        "https://img.example.org:80/",
        "https://img.example.org:0/",
        "https://img.example.org:99999/",
        "https://img.example.org:-1/",
        "https://img.example.org:+443/",
        "https://ports.example.org/",
        "https://ports.example.org:443/",
        // what else is no URL
        "https://img.example.org/a b",
        "https://img.example.org/\r\nHost: evil",
        "https://img.example.org//two"
      })
  void url_ofAnotherHostSchemeOrPort_isRefused(String url) {
    assertRefused(url);
  }

  /** 127.0.0.1 itself is on the list here, so that it is the writing that is refused. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2130706433",
        "017700000001",
        "0x7f000001",
        "0x7f.0.0.1",
        "0x7F.0x0.0x0.0x1",
        "0177.0.0.1",
        "127.1",
        "127.0.1",
        "127.0.0.01",
        "127.000.000.001",
        "127.0.0.0x1",
        "127.0.0.1.1",
        "127.0.0.256",
        "localhost.0x",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[fe80::1%25eth0]",
        "[fe80::1%eth0]",
        "[2606:4700::1111%1]",
        "[127.0.0.1]",
        "[::1",
        "::1",
        "[]",
        "[v1.127]",
        "127.0.0.1:80:443"
      })
  void address_inAnotherWriting_isRefused(String host) {
    assertRefused("https://" + host + "/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.0.1.", "１２７.0.0.1", "①②⑦.0.0.1", "127。0。0。1"})
  void address_inDigitsOfAnotherAlphabet_isTheSameAddress(String host) {
    // So it is held to the list, and to the addresses that may be connected to.
    assertThat(Target.of("https://" + host + "/", HOSTS, false).host()).isEqualTo("127.0.0.1");
  }

  @Test
  void url_thatIsTooLong_isRefused() {
    assertRefused("https://img.example.org/" + "a".repeat(RemotePictures.LONGEST_URL));
  }

  @Test
  void http_whereItIsAllowed_hasItsOwnPort() {
    assertThat(Target.of("http://img.example.org/", HOSTS, true).port()).isEqualTo(80);
    assertThatThrownBy(() -> Target.of("http://img.example.org:443/", HOSTS, true))
        .hasMessageContaining("port");
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          /other.jpg                    | https://img.example.org/other.jpg
          other.jpg                     | https://img.example.org/a/other.jpg
          //x.cdn.example.org/b         | https://x.cdn.example.org/b
          https://x.cdn.example.org/?q  | https://x.cdn.example.org/?q
          """,
      delimiter = '|')
  void redirect_toAnAllowedHost_leadsThere(String location, String asked) {
    Target from = Target.of("https://img.example.org/a/b", HOSTS, true);
    assertThat(from.next(location, HOSTS, true).uri()).isEqualTo(URI.create(asked));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://img.example.org/a/b",
        "https://evil.example/",
        "//evil.example/",
        "https://img.example.org:8443/",
        "https://user@img.example.org/",
        "https://2130706433/",
        "https://[::ffff:127.0.0.1]/",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
        "javascript:1",
        "https:///",
        "a b"
      })
  void redirect_toWhatIsNotAllowed_isRefusedAndNotTold(String location) {
    Target from = Target.of("https://img.example.org/a/b", HOSTS, true);
    assertThatThrownBy(() -> from.next(location, HOSTS, true))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.URL_NOT_ALLOWED))
        .hasMessageNotContaining("evil")
        .hasMessageNotContaining("127");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "*",
        "*.",
        "*.org",
        "*.1.2.3.4",
        "https://example.org",
        "example.org/",
        "example.org:0",
        "example.org:65536",
        "example.org:https",
        "user@example.org",
        "2130706433",
        "a b",
        "exa*mple.org",
        "a.*.example.org",
        "[::ffff:1.2.3.4]"
      })
  void entry_thatIsNoHost_isRefused(String entry) {
    assertThatThrownBy(() -> AllowedHost.parse(entry))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("resnet.url.hosts");
  }

  private static void assertRefused(String url) {
    assertThatThrownBy(() -> Target.of(url, HOSTS, false))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.type()).isEqualTo(ProblemType.URL_NOT_ALLOWED));
  }
}
