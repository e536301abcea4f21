package org.resnetserving.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.resnetserving.admission.Deadline;
import org.resnetserving.admission.Ticker;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

final class FetcherTest {
  private static final byte[] PICTURE = "a picture".getBytes(StandardCharsets.UTF_8);
  private static final String HERE = "127.0.0.1";

  /** Another address of this machine: what an attacker would want to be reached. */
  private static final String INSIDE = "127.0.0.2";

  private static final Duration LONG = Duration.ofSeconds(50);
  private static final Duration SHORT = Duration.ofMillis(200);

  private final List<String> lookups = new CopyOnWriteArrayList<>();
  private PictureHost host;

  @BeforeEach
  void start() throws IOException {
    host = new PictureHost(HERE);
    host.answer("/cat.jpg", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", PICTURE);
  }

  @AfterEach
  void stop() throws IOException {
    host.close();
  }

  @Test
  void picture_ofAnAllowedHost_isFetched() throws Exception {
    try (Fetcher fetcher = fetcher(HERE)) {
      assertThat(fetch(fetcher, "/cat.jpg")).isEqualTo(PICTURE);
    }
    assertThat(lookups).containsExactly("img.example.org");
  }

  @Test
  void request_saysNothingOfWhoAsks() throws Exception {
    try (Fetcher fetcher = fetcher(HERE)) {
      fetch(fetcher, "/cat.jpg");
    }
    assertThat(host.requests())
        .singleElement()
        .asString()
        .startsWith("GET /cat.jpg HTTP/1.1\n")
        .contains("Host: img.example.org:" + host.port() + "\n")
        .contains("Accept-Encoding: identity\n")
        .doesNotContainIgnoringCase("cookie")
        .doesNotContainIgnoringCase("authorization")
        .doesNotContainIgnoringCase("upgrade")
        .doesNotContainIgnoringCase("referer");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "fe80::1",
        "fd00:ec2::254",
        "::1",
        "64:ff9b::7f00:1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "2002:7f00:1::1"
      })
  void host_withAnAddressThatIsNotPublic_isNotConnectedTo(String address) throws Exception {
    try (Fetcher fetcher =
        new Fetcher(properties(LONG), answers(address), tls(), Ticker.system())) {
      assertThatThrownBy(() -> fetch(fetcher, "/cat.jpg")).satisfies(e -> assertUnreachable(e));
    }
    assertThat(host.connections()).isZero();
  }

  @Test
  void host_ofSeveralAddresses_isReachedAtThoseThatArePublic() throws Exception {
    try (PictureHost inside = new PictureHost(INSIDE);
        Fetcher fetcher = fetcher(INSIDE + "," + HERE + ",10.0.0.1")) {
      assertThat(fetch(fetcher, "/cat.jpg")).isEqualTo(PICTURE);
      assertThat(inside.connections()).isZero();
    }
  }

  @Test
  void host_thatIsUnknown_isToldAsOneThatIsPrivate() throws Exception {
    Resolver none =
        name -> {
          throw new UnknownHostException(name);
        };
    try (Fetcher fetcher = new Fetcher(properties(LONG), none, tls(), Ticker.system())) {
      assertThatThrownBy(() -> fetch(fetcher, "/cat.jpg")).satisfies(e -> assertUnreachable(e));
    }
  }

  @Test
  void port_thatNobodyListensAt_isToldAsAHostThatIsPrivate() throws Exception {
    host.close();
    try (Fetcher fetcher = fetcher(HERE)) {
      assertThatThrownBy(() -> fetch(fetcher, "/cat.jpg")).satisfies(e -> assertUnreachable(e));
    }
  }

  /** DNS rebinding: a second answer would lead inside, but nobody asks for it. */
  @Test
  void name_thatAnswersOtherwiseTheSecondTime_isLookedUpOnce() throws Exception {
    try (Fetcher fetcher = fetcher(HERE, INSIDE)) {
      assertThat(fetch(fetcher, "/cat.jpg")).isEqualTo(PICTURE);
    }
    assertThat(lookups).hasSize(1);
    assertThat(host.connections()).isEqualTo(1);
  }

  @Test
  void redirect_isFollowedAndItsHostLookedUpAnew() throws Exception {
    redirect("/moved", 302, "/cat.jpg");
    try (Fetcher fetcher = fetcher(HERE, HERE)) {
      assertThat(fetch(fetcher, "/moved")).isEqualTo(PICTURE);
    }
    assertThat(lookups).hasSize(2);
  }

  @Test
  void redirect_whoseHostHasMovedInside_isNotFollowed() throws Exception {
    redirect("/moved", 302, "/cat.jpg");
    try (Fetcher fetcher = fetcher(HERE, INSIDE)) {
      assertThatThrownBy(() -> fetch(fetcher, "/moved")).satisfies(e -> assertUnreachable(e));
    }
    assertThat(host.connections()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1/",
        "http://evil.example/",
        "//evil.example/",
        "http://img.example.org:22/",
        "http://u:p@img.example.org/",
        "http://[::1]/",
        "http://2130706433/",
        "ftp://img.example.org/",
        "file:///etc/passwd"
      })
  void redirect_toWhatIsNotAllowed_isNotFollowed(String location) throws Exception {
    redirect("/moved", 307, location);
    try (Fetcher fetcher = fetcher(HERE, HERE)) {
      assertProblem(
          () -> fetch(fetcher, "/moved"),
          ProblemType.URL_NOT_ALLOWED,
          "The URL leads on to one that is not fetched.");
    }
    assertThat(lookups).hasSize(1);
    assertThat(host.connections()).isEqualTo(1);
  }

  @Test
  void redirects_beyondTheirNumber_areRefused() throws Exception {
    redirect("/1", 301, "/2");
    redirect("/2", 302, "/3");
    redirect("/3", 303, "/4");
    redirect("/4", 308, "/cat.jpg");
    try (Fetcher fetcher = fetcher(HERE)) {
      assertThat(fetch(fetcher, "/2")).isEqualTo(PICTURE);
      assertProblem(
          () -> fetch(fetcher, "/1"), ProblemType.URL_FETCH_FAILED, "leads on more than 3 times");
    }
  }

  @Test
  void redirect_toItself_isRefused() throws Exception {
    redirect("/round", 302, "/round");
    try (Fetcher fetcher = fetcher(HERE)) {
      assertProblem(
          () -> fetch(fetcher, "/round"), ProblemType.URL_FETCH_FAILED, "more than 3 times");
    }
    assertThat(host.connections()).isEqualTo(4);
  }

  @Test
  void redirect_whoseBodyHasNoEnd_isFollowedAtOnce() throws Exception {
    host.answer(
        "/moved",
        out -> {
          PictureHost.write(
              out, "HTTP/1.1 302 Found\r\nLocation: /cat.jpg\r\nContent-Length: 1000000\r\n\r\n");
          host.hang();
        });
    try (Fetcher fetcher = fetcher(HERE)) {
      assertThat(fetch(fetcher, "/moved")).isEqualTo(PICTURE);
    }
  }

  @ParameterizedTest
  @CsvSource({"201", "204", "206", "304", "401", "403", "404", "407", "500", "503"})
  void status_otherThan200_isTold(int status) throws Exception {
    host.answer("/it", "HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n".formatted(status), new byte[0]);
    try (Fetcher fetcher = fetcher(HERE)) {
      assertProblem(() -> fetch(fetcher, "/it"), ProblemType.URL_FETCH_FAILED, "status " + status);
    }
    assertThat(host.connections()).isEqualTo(1);
  }

  @Test
  void body_thatIsSlow_isGivenUp() throws Exception {
    host.answer(
        "/slow",
        out -> {
          PictureHost.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na pi");
          host.hang();
        });
    try (Fetcher fetcher = fetcher(SHORT, HERE)) {
      assertProblem(
          () -> fetch(fetcher, "/slow"), ProblemType.URL_FETCH_FAILED, "not there after PT0.2S");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nX-Slow: ", "HTTP/1.1 100 Continue\r\n\r\n"})
  void header_thatIsSlow_isGivenUp(String beginning) throws Exception {
    host.answer(
        "/slow",
        out -> {
          PictureHost.write(out, beginning);
          host.hang();
        });
    try (Fetcher fetcher = fetcher(SHORT, HERE)) {
      assertProblem(() -> fetch(fetcher, "/slow"), ProblemType.URL_FETCH_FAILED, "not there after");
    }
  }

  @Test
  void bytes_thatTrickle_doNotOutlastTheTime() throws Exception {
    host.answer(
        "/trickle",
        out -> {
          PictureHost.write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
          while (true) {
            out.write('a');
            out.flush();
          }
        });
    try (Fetcher fetcher = fetcher(SHORT, HERE)) {
      assertProblem(
          () ->
              fetch(fetcher, "/trickle", Deadline.after(LONG, Ticker.system()), FetcherTest::drain),
          ProblemType.URL_FETCH_FAILED,
          "not there after");
    }
  }

  @Test
  void lookup_thatHangs_isGivenUp() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    Resolver slow =
        name -> {
          try {
            over.await();
          } catch (InterruptedException e) {
            // as a resolver of the system, which cannot be interrupted
          }
          return new InetAddress[0];
        };
    try (Fetcher fetcher = new Fetcher(properties(SHORT), slow, tls(), Ticker.system())) {
      assertProblem(
          () -> fetch(fetcher, "/cat.jpg"), ProblemType.URL_FETCH_FAILED, "not there after");
    }
    over.countDown();
  }

  @Test
  void request_whoseDeadlinePasses_failsAsAWhole() throws Exception {
    host.answer("/slow", out -> host.hang());
    try (Fetcher fetcher = fetcher(HERE)) {
      assertProblem(
          () -> fetch(fetcher, "/slow", Deadline.after(SHORT, Ticker.system()), FetcherTest::drain),
          ProblemType.DEADLINE_EXCEEDED,
          "The deadline of PT0.2S");
    }
  }

  @Test
  void body_withoutEnd_isLeftWhenItIsRefused() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    host.answer(
        "/endless",
        out -> {
          PictureHost.write(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
          try {
            while (true) {
              PictureHost.write(out, "5\r\nabcde\r\n");
            }
          } catch (IOException e) {
            left.countDown();
          }
        });
    ProblemException refusal = new ProblemException(ProblemType.IMAGE_TOO_LARGE, "too large");
    try (Fetcher fetcher = fetcher(HERE)) {
      assertThatThrownBy(
              () ->
                  fetch(
                      fetcher,
                      "/endless",
                      Deadline.after(LONG, Ticker.system()),
                      (announced, body) -> {
                        assertThat(announced).isNegative();
                        body.readNBytes(1000);
                        throw refusal;
                      }))
          .isSameAs(refusal);
      assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void body_shorterThanAnnounced_brokeOff() throws Exception {
    host.answer("/short", "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", PICTURE);
    try (Fetcher fetcher = fetcher(HERE)) {
      assertProblem(() -> fetch(fetcher, "/short"), ProblemType.URL_FETCH_FAILED, "broke off");
    }
  }

  @Test
  void body_longerThanAnnounced_endsWhereItShould() throws Exception {
    host.answer("/long", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", PICTURE);
    try (Fetcher fetcher = fetcher(HERE)) {
      assertThat(fetch(fetcher, "/long")).isEqualTo("a pi".getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void body_thatIsCompressed_isRefusedAndNotInflated() throws Exception {
    host.answer(
        "/bomb",
        out -> {
          PictureHost.write(out, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
          try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(new byte[100_000]);
          }
        });
    try (Fetcher fetcher = fetcher(HERE)) {
      assertProblem(() -> fetch(fetcher, "/bomb"), ProblemType.URL_FETCH_FAILED, "compressed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"X: y\r\n", "aaaaaaaaaaaaaaaa"})
  void header_withoutEnd_isGivenUp(String piece) throws Exception {
    host.answer(
        "/header",
        out -> {
          PictureHost.write(out, "HTTP/1.1 200 OK\r\n");
          while (true) {
            PictureHost.write(out, piece);
          }
        });
    try (Fetcher fetcher = fetcher(HERE)) {
      assertThatThrownBy(() -> fetch(fetcher, "/header")).satisfies(e -> assertUnreachable(e));
    }
  }

  @Test
  void proxy_ofJavasOwnSettings_isNotAsked() throws Exception {
    ProxySelector before = ProxySelector.getDefault();
    List<URI> asked = new CopyOnWriteArrayList<>();
    ProxySelector.setDefault(
        new ProxySelector() {
          @Override
          public List<Proxy> select(URI uri) {
            asked.add(uri);
            return List.of(Proxy.NO_PROXY);
          }

          @Override
          public void connectFailed(URI uri, SocketAddress address, IOException e) {}
        });
    System.setProperty("http.proxyHost", INSIDE);
    System.setProperty("socksProxyHost", INSIDE);
    try (Fetcher fetcher = fetcher(HERE)) {
      assertThat(fetch(fetcher, "/cat.jpg")).isEqualTo(PICTURE);
    } finally {
      System.clearProperty("http.proxyHost");
      System.clearProperty("socksProxyHost");
      ProxySelector.setDefault(before);
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void fetches_beyondTheirNumber_areRefusedAtOnce() throws Exception {
    UrlProperties one =
        new UrlProperties(
            List.of("img.example.org:" + host.port()), true, List.of(HERE + "/32"), LONG, 3, 1);
    try (Fetcher fetcher = new Fetcher(one, answers(HERE), tls(), Ticker.system())) {
      assertThat(
              fetch(
                  fetcher,
                  "/cat.jpg",
                  Deadline.after(LONG, Ticker.system()),
                  (announced, body) ->
                      assertProblem(
                          () -> fetch(fetcher, "/cat.jpg"), ProblemType.OVERLOADED, "fetches")))
          .isEmpty();
      assertThat(fetch(fetcher, "/cat.jpg")).isEqualTo(PICTURE);
    }
  }

  @Test
  void https_isHeldToTheHostsName(@TempDir Path folder) throws Exception {
    SSLContext named = certified(folder.resolve("named"), "img.example.org");
    SSLContext other = certified(folder.resolve("other"), "other.example.org");
    try (PictureHost good = new PictureHost(HERE, named.getServerSocketFactory());
        PictureHost bad = new PictureHost(HERE, other.getServerSocketFactory())) {
      for (PictureHost each : List.of(good, bad)) {
        each.answer("/cat.jpg", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", PICTURE);
        each.answer(
            "/down",
            "HTTP/1.1 302 Found\r\nLocation: http://img.example.org:%d/cat.jpg\r\n\r\n"
                .formatted(host.port()),
            new byte[0]);
      }
      assertThat(secure(named, good, "/cat.jpg")).isEqualTo(PICTURE);
      assertThatThrownBy(() -> secure(other, bad, "/cat.jpg")).satisfies(e -> assertUnreachable(e));
      assertThatThrownBy(() -> secure(other, good, "/cat.jpg"))
          .satisfies(e -> assertUnreachable(e));
      assertProblem(
          () -> secure(named, good, "/down"),
          ProblemType.URL_NOT_ALLOWED,
          "leads on from https to http");
      assertThat(bad.requests()).isEmpty();
      assertThat(host.connections()).isZero();
    }
  }

  private byte[] secure(SSLContext trusted, PictureHost at, String path) {
    UrlProperties properties =
        new UrlProperties(
            List.of("img.example.org:" + at.port(), "img.example.org:" + host.port()),
            true,
            List.of(HERE + "/32"),
            LONG,
            3,
            4);
    try (Fetcher fetcher = new Fetcher(properties, answers(HERE), trusted, Ticker.system())) {
      return fetch(
          fetcher,
          "https://img.example.org:" + at.port() + path,
          Deadline.after(LONG, Ticker.system()),
          null);
    }
  }

  /** Shows a certificate of its own for that name, and believes it. */
  private static SSLContext certified(Path file, String name) throws Exception {
    String password = "changeit";
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "it",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-ext",
                "san=dns:" + name,
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                password)
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor()).as(said).isZero();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, password.toCharArray());
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, password.toCharArray());
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    KeyStore certificates = KeyStore.getInstance(KeyStore.getDefaultType());
    certificates.load(null, null);
    certificates.setCertificateEntry("it", keys.getCertificate("it"));
    trusted.init(certificates);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    return context;
  }

  private void redirect(String path, int status, String location) {
    host.answer(
        path,
        "HTTP/1.1 %d Moved\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n"
            .formatted(status, location),
        new byte[0]);
  }

  private UrlProperties properties(Duration timeout, String... networks) {
    return new UrlProperties(
        List.of("img.example.org:" + host.port(), "*.cdn.example.org"),
        true,
        List.of(networks),
        timeout,
        3,
        4);
  }

  /** Answers the lookups one after the other; the last answer stays. */
  private Resolver answers(String... answers) {
    Deque<String> left = new ArrayDeque<>(List.of(answers));
    return name -> {
      lookups.add(name);
      List<InetAddress> addresses = new ArrayList<>();
      String answer = left.size() > 1 ? left.remove() : left.element();
      for (String address : answer.split(",")) {
        addresses.add(InetAddress.getByName(address));
      }
      return addresses.toArray(InetAddress[]::new);
    };
  }

  private Fetcher fetcher(String... answers) throws Exception {
    return fetcher(LONG, answers);
  }

  /** Connects to {@link #HERE} alone. */
  private Fetcher fetcher(Duration timeout, String... answers) throws Exception {
    return new Fetcher(properties(timeout, HERE + "/32"), answers(answers), tls(), Ticker.system());
  }

  private static SSLContext tls() throws Exception {
    return SSLContext.getDefault();
  }

  private byte[] fetch(Fetcher fetcher, String path) {
    return fetch(fetcher, path, Deadline.after(LONG, Ticker.system()), null);
  }

  private byte[] fetch(Fetcher fetcher, String path, Deadline deadline, RemotePictures.Sink sink) {
    List<byte[]> taken = new ArrayList<>();
    fetcher.fetch(
        path.startsWith("/") ? "http://img.example.org:" + host.port() + path : path,
        deadline,
        sink != null ? sink : (announced, body) -> taken.add(body.readAllBytes()));
    return taken.isEmpty() ? new byte[0] : taken.get(0);
  }

  private static void drain(long announced, InputStream body) throws IOException {
    while (body.read() >= 0) {
      // on
    }
  }

  private static void assertUnreachable(Throwable e) {
    assertThat(e)
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem -> assertThat(problem.type()).isEqualTo(ProblemType.URL_FETCH_FAILED))
        .hasMessage("The picture was not fetched from its URL: its host could not be reached.");
  }

  private static void assertProblem(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, ProblemType type, String said) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(ProblemException.class, e -> assertThat(e.type()).isEqualTo(type))
        .hasMessageContaining(said);
  }
}
