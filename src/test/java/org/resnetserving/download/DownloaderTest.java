package org.resnetserving.download;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ProxySelector;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.resnetserving.download.DownloadException.Kind;

@Timeout(180)
final class DownloaderTest {
  private static final byte[] CONTENT = random(1, 300_000);
  private static final byte[] OTHER = random(2, 300_000);
  private static final String SHA256 = Sha256.end(digest(CONTENT));
  private static final String ETAG = "\"one\"";

  @TempDir Path folder;
  private final MisbehavingServer server = new MisbehavingServer();
  private final FakeTiming time = new FakeTiming();
  private final List<String> told = new CopyOnWriteArrayList<>();
  private ProxySelector proxies = ProxySelector.of(null);
  private long space = Long.MAX_VALUE;

  private DownloadSettings settings =
      new DownloadSettings(
          false,
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          1000,
          Duration.ofMinutes(1),
          4,
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          Duration.ofSeconds(60),
          3,
          10_000_000,
          Duration.ofSeconds(30),
          null);

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void file_isFetchedAndVerified() throws IOException {
    server.on("/net.pth", MisbehavingServer.serves(CONTENT, ETAG));
    assertThat(fetch(source("/net.pth"))).isEqualTo(folder.resolve("net.pth"));
    assertFetched();
    assertThat(Files.readString(folder.resolve("net.pth.sha256")))
        .isEqualTo(SHA256 + "  net.pth\n");
    assertThat(told.get(0)).isEqualTo("started 0 of 300000");
    assertThat(told).contains("finished net.pth");
  }

  @Test
  void prefixOfHash_isEnough() throws IOException {
    server.on("/net.pth", MisbehavingServer.serves(CONTENT, ETAG));
    fetch(
        new Source(
            server.url("/net.pth"), "net.pth", Checksum.prefix(SHA256.substring(0, 8)), null));
    assertFetched();
  }

  @Test
  void fileThatIsThere_isTakenWithoutConnecting() throws IOException {
    Files.write(folder.resolve("net.pth"), CONTENT);
    settings = settings.withOffline(true);
    assertThat(fetch(source("/net.pth"))).isEqualTo(folder.resolve("net.pth"));
    assertThat(Downloader.find(request(source("/net.pth")), wrong -> {}))
        .contains(new VerifiedFile(folder.resolve("net.pth"), SHA256, true));
    assertThat(server.requests()).isEmpty();
    assertThat(folder.resolve("net.pth.lock")).doesNotExist();
  }

  @Test
  void fileThatIsThereButWrong_isReplaced() throws IOException {
    Files.write(folder.resolve("net.pth"), OTHER);
    server.on("/net.pth", MisbehavingServer.serves(CONTENT, ETAG));
    fetch(source("/net.pth"));
    assertFetched();
  }

  @Test
  void brokenDownload_isContinued() throws IOException {
    server.on(
        "/net.pth",
        MisbehavingServer.dropsAfter(100_000, CONTENT, ETAG),
        MisbehavingServer.dropsAfter(100_000, CONTENT, ETAG),
        MisbehavingServer.serves(CONTENT, ETAG));
    fetch(source("/net.pth"));
    assertFetched();
    assertThat(server.requests())
        .extracting(MisbehavingServer.Request::offset)
        .containsExactly(0, 100_000, 200_000);
    assertThat(server.requests().get(1).header("If-Range")).isEqualTo(ETAG);
    assertThat(told).contains("started 100000 of 300000", "started 200000 of 300000");
    assertThat(time.slept()).containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2));
  }

  @Test
  void brokenDownload_isContinuedByALaterProcess() throws IOException {
    settings = attempts(1);
    server.on(
        "/net.pth",
        MisbehavingServer.dropsAfter(100_000, CONTENT, ETAG),
        MisbehavingServer.serves(CONTENT, ETAG));
    assertFails(Kind.BROKEN, "100000 of 300000 bytes|the connection broke", source("/net.pth"));
    assertThat(folder.resolve("net.pth.part")).hasSize(100_000);
    fetch(source("/net.pth"));
    assertFetched();
    assertThat(server.requests().get(1).offset()).isEqualTo(100_000);
  }

  @Test
  void wholePart_isVerifiedWithoutConnecting() throws IOException {
    server.on("/net.pth", MisbehavingServer.dropsAfter(100_000, CONTENT, ETAG));
    settings = attempts(1);
    assertFails(Kind.BROKEN, "", source("/net.pth"));
    Files.write(folder.resolve("net.pth.part"), CONTENT); // then the process was killed
    fetch(source("/net.pth"));
    assertFetched();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void partWithoutStrongEtag_startsOver() throws IOException {
    server.on(
        "/net.pth",
        MisbehavingServer.dropsAfter(100_000, CONTENT, "W/\"weak\""),
        MisbehavingServer.serves(CONTENT, ETAG));
    fetch(source("/net.pth"));
    assertFetched();
    assertThat(server.requests().get(1).offset()).isZero();
  }

  @Test
  void partOfAnotherAddress_startsOver() throws IOException {
    settings = attempts(1);
    server.on("/old/net.pth", MisbehavingServer.dropsAfter(100_000, OTHER, ETAG));
    server.on("/net.pth", MisbehavingServer.serves(CONTENT, ETAG));
    assertFails(Kind.BROKEN, "", source("/old/net.pth"));
    fetch(source("/net.pth"));
    assertFetched();
    assertThat(server.requests("/net.pth").get(0).offset()).isZero();
  }

  @Test
  void ignoredRange_startsOver() throws IOException {
    server.on(
        "/net.pth",
        MisbehavingServer.dropsAfter(100_000, CONTENT, ETAG),
        MisbehavingServer.ignoresRange(CONTENT, ETAG));
    fetch(source("/net.pth"));
    assertFetched();
    assertThat(server.requests()).hasSize(2);
    assertThat(told).contains("started 0 of 300000");
  }

  @Test
  void wrongContentRange_startsOver() throws IOException {
    server.on(
        "/net.pth",
        MisbehavingServer.dropsAfter(100_000, CONTENT, ETAG),
        MisbehavingServer.continuesElsewhere(CONTENT, ETAG),
        MisbehavingServer.serves(CONTENT, ETAG));
    fetch(source("/net.pth"));
    assertFetched();
    assertThat(server.requests())
        .extracting(MisbehavingServer.Request::offset)
        .containsExactly(0, 100_000, 0);
  }

  @Test
  void unsatisfiableRange_startsOver() throws IOException {
    server.on(
        "/net.pth",
        MisbehavingServer.dropsAfter(100_000, CONTENT, ETAG),
        MisbehavingServer.status(416, "Content-Range: bytes */300000"),
        MisbehavingServer.serves(CONTENT, ETAG));
    fetch(source("/net.pth"));
    assertFetched();
  }

  @Test
  void changedFile_isNotMixed() throws IOException {
    server.on(
        "/net.pth",
        MisbehavingServer.dropsAfter(100_000, OTHER, "\"old\""),
        MisbehavingServer.serves(CONTENT, ETAG));
    fetch(source("/net.pth"));
    assertFetched();
    assertThat(server.requests().get(1).header("If-Range")).isEqualTo("\"old\"");
  }

  @Test
  void changedFile_continuedAgainstIfRange_isNotMixed() throws IOException {
    server.on(
        "/net.pth",
        MisbehavingServer.dropsAfter(100_000, OTHER, "\"old\""),
        (request, out) ->
            MisbehavingServer.serves(CONTENT, ETAG)
                .answer(
                    new MisbehavingServer.Request(
                        "GET", "/net.pth", Map.of("range", "bytes=100000-", "if-range", ETAG)),
                    out),
        MisbehavingServer.serves(CONTENT, ETAG));
    fetch(source("/net.pth"));
    assertFetched();
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void changedFile_underTheSameEtag_isFetchedAfresh() throws IOException {
    server.on(
        "/net.pth",
        MisbehavingServer.dropsAfter(100_000, OTHER, ETAG),
        MisbehavingServer.serves(CONTENT, ETAG));
    fetch(source("/net.pth"));
    assertFetched();
    assertThat(server.requests())
        .extracting(MisbehavingServer.Request::offset)
        .containsExactly(0, 100_000, 0);
  }

  @Test
  void wrongHash_isNamedAndNothingStays() {
    server.on("/net.pth", MisbehavingServer.serves(OTHER, ETAG));
    DownloadException e = assertFails(Kind.WRONG_HASH, "not the expected one", source("/net.pth"));
    assertThat(e)
        .hasMessageContaining("SHA-256 " + SHA256)
        .hasMessageContaining("found " + Sha256.end(digest(OTHER)));
    assertThat(server.requests()).hasSize(1);
    assertNothingLeft();
  }

  @Test
  void lengthShorterThanTheFile_isNotedByTheHash() {
    server.on("/net.pth", MisbehavingServer.claimsLength(1000, CONTENT));
    assertFails(Kind.WRONG_HASH, "in 1000 bytes", source("/net.pth"));
    assertNothingLeft();
  }

  @Test
  void lengthLongerThanTheFile_isABrokenDownload() {
    server.on("/net.pth", MisbehavingServer.claimsLength(300_001, CONTENT));
    assertFails(Kind.BROKEN, "", source("/net.pth"));
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void lengthThatIsNotSaid_isFine() throws IOException {
    server.on("/net.pth", MisbehavingServer.withoutLength(CONTENT));
    fetch(source("/net.pth"));
    assertFetched();
    assertThat(told.get(0)).isEqualTo("started 0 of -1");
  }

  @Test
  void lengthThatIsNotSaid_endingEarly_isABrokenDownload() throws IOException {
    server.on(
        "/net.pth",
        MisbehavingServer.withoutLength(Arrays.copyOf(CONTENT, 1000)),
        MisbehavingServer.withoutLength(CONTENT));
    fetch(new Source(server.url("/net.pth"), "net.pth", Checksum.sha256(SHA256), 300_000L));
    assertFetched();
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void otherSizeThanPublished_isRefused() {
    server.on("/net.pth", MisbehavingServer.serves(CONTENT, ETAG));
    assertFails(
        Kind.REFUSED,
        "has 300000 bytes, expected are 299999",
        new Source(server.url("/net.pth"), "net.pth", Checksum.sha256(SHA256), 299_999L));
  }

  @Test
  void tooLargeFile_isRefused() {
    server.on("/net.pth", MisbehavingServer.claimsLength(10_000_001, CONTENT));
    assertFails(Kind.TOO_LARGE, "10000001 bytes, at most 10000000", source("/net.pth"));
    server.on("/net.pth", MisbehavingServer.withoutLength(random(3, 10_000_001)));
    assertFails(Kind.TOO_LARGE, "more than 10000000 bytes", source("/net.pth"));
  }

  @Test
  void fullDisk_isSaidBeforehand_andOtherSourcesAreLeftAlone() {
    space = 1_000_000;
    server.on("/net.pth", MisbehavingServer.serves(CONTENT, ETAG));
    DownloadException e =
        assertFails(
            Kind.DISK_FULL,
            "17.1 MB are needed, 1.0 MB are free",
            source("/net.pth"),
            source("/b"));
    assertThat(e).hasMessageContaining(folder.toString());
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void fullDisk_isRecognisedWhileWriting() {
    TransferException e = TransferException.disk(new IOException("No space left on device"));
    assertThat(e.kind()).isEqualTo(Kind.DISK_FULL);
    assertThat(TransferException.disk(new IOException("Read-only file system")).kind())
        .isEqualTo(Kind.FOLDER);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void fullDisk_whileWriting_saysWhichFileToPutWhere() throws IOException {
    Files.createSymbolicLink(folder.resolve("net.pth.part"), Path.of("/dev/full"));
    server.on("/net.pth", MisbehavingServer.serves(CONTENT, ETAG));
    assertThat(assertFails(Kind.DISK_FULL, "the disk is full", source("/net.pth"), source("/b")))
        .hasMessageContaining(", in " + folder)
        .hasMessageContaining("put the file at " + folder.resolve("net.pth"));
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void missingFile_isLeftForTheNextSource() throws IOException {
    server.on("/b/net.pth", MisbehavingServer.serves(CONTENT, ETAG));
    fetch(source("/a/net.pth"), source("/b/net.pth"));
    assertFetched();
    assertThat(server.requests("/a/net.pth")).hasSize(1);
    assertThat(time.slept()).isEmpty();
  }

  @Test
  void everySourceFailing_isToldWithWhatToDo() {
    server.on("/a/net.pth", MisbehavingServer.status(500));
    DownloadException e = assertFails(Kind.BROKEN, "HTTP 500", source("/a/net.pth"), source("/b"));
    assertThat(e)
        .hasMessageContaining(server.url("/b") + ": no such file (HTTP 404)")
        .hasMessageContaining(
            "put the file at " + folder.resolve("net.pth") + " (SHA-256 " + SHA256);
    assertThat(server.requests("/a/net.pth")).hasSize(4);
    assertThat(time.slept())
        .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));
  }

  @Test
  void failureThatPasses_isRetried() throws IOException {
    server.on(
        "/net.pth",
        MisbehavingServer.status(500),
        MisbehavingServer.hangsUp(),
        MisbehavingServer.status(502),
        MisbehavingServer.serves(CONTENT, ETAG));
    fetch(source("/net.pth"));
    assertFetched();
  }

  @Test
  void progress_makesAttemptsCountAfresh() throws IOException {
    byte[] large = random(4, 6 << 20);
    MisbehavingServer.Behaviour drop = MisbehavingServer.dropsAfter((1 << 20) + 1000, large, ETAG);
    server.on("/net.pth", drop, drop, drop, drop, drop, MisbehavingServer.serves(large, ETAG));
    Checksum checksum = Checksum.sha256(Sha256.end(digest(large)));
    fetch(new Source(server.url("/net.pth"), "net.pth", checksum, null));
    assertThat(folder.resolve("net.pth")).hasBinaryContent(large);
    assertThat(time.slept()).hasSize(5).containsOnly(Duration.ofSeconds(1));
  }

  @Test
  void retryAfter_isHonoured_butNotBelowTheFirstWait() throws IOException {
    server.on(
        "/net.pth",
        MisbehavingServer.status(429, "Retry-After: 7"),
        MisbehavingServer.status(503, "Retry-After: Thu, 01 Jan 2026 00:00:20 GMT"),
        MisbehavingServer.status(429, "Retry-After: 0"),
        MisbehavingServer.serves(CONTENT, ETAG));
    fetch(source("/net.pth"));
    assertFetched();
    assertThat(time.slept())
        .containsExactly(Duration.ofSeconds(7), Duration.ofSeconds(20), Duration.ofSeconds(1));
  }

  @Test
  void retryAfter_thatIsTooLong_isLeftForTheNextSource() throws IOException {
    server.on("/a/net.pth", MisbehavingServer.status(429, "Retry-After: 61"));
    server.on("/b/net.pth", MisbehavingServer.serves(CONTENT, ETAG));
    fetch(source("/a/net.pth"), source("/b/net.pth"));
    assertFetched();
    assertThat(server.requests("/a/net.pth")).hasSize(1);
    assertThat(time.slept()).isEmpty();
    Files.delete(folder.resolve("net.pth"));
    assertFails(Kind.BUSY, "HTTP 429\\), and asks to wait 61 s", source("/a/net.pth"));
  }

  @Test
  void failure_thatPassesAtAnySource_isPassing() {
    server.on("/busy", MisbehavingServer.status(429));
    assertThat(assertFails(Kind.NOT_FOUND, "", source("/a"), source("/busy")).passing()).isTrue();
    assertThat(assertFails(Kind.NOT_FOUND, "", source("/a"), source("/b")).passing()).isFalse();
  }

  @Test
  void busyServer_isGivenUp() {
    server.on("/net.pth", MisbehavingServer.status(429));
    assertFails(Kind.BUSY, "busy \\(HTTP 429\\)", source("/net.pth"));
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void credentialsWanted_areSaid() {
    server.on("/net.pth", MisbehavingServer.status(401));
    assertFails(Kind.DENIED, "HTTP 401", source("/net.pth"));
  }

  @Test
  void page_isNotAFile() {
    server.on("/net.pth", MisbehavingServer.page("text/html; charset=utf-8"));
    assertFails(Kind.NOT_A_FILE, "web page", source("/net.pth"));
    server.on("/net.pth", MisbehavingServer.page("application/octet-stream"));
    assertFails(Kind.NOT_A_FILE, "web page", source("/net.pth"));
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void encodedFile_isRefused() {
    server.on("/net.pth", MisbehavingServer.status(200, "Content-Encoding: gzip"));
    assertFails(Kind.REFUSED, "encoded, as gzip", source("/net.pth"));
  }

  @Test
  void redirects_areFollowed() throws IOException {
    server.on("/net.pth", MisbehavingServer.redirects("/a"));
    server.on("/a", MisbehavingServer.redirects(server.url("/b?x=1").toString()));
    server.on("/b?x=1", MisbehavingServer.serves(CONTENT, ETAG));
    fetch(source("/net.pth"));
    assertFetched();
  }

  @Test
  void redirectLoop_isRefused() {
    server.on("/net.pth", MisbehavingServer.redirects("/a"));
    server.on("/a", MisbehavingServer.redirects("/net.pth"));
    assertFails(Kind.REFUSED, "circle", source("/net.pth"));
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void tooManyRedirects_areRefused() {
    for (int i = 0; i < 5; i++) {
      server.on("/" + i, MisbehavingServer.redirects("/" + (i + 1)));
    }
    assertFails(Kind.REFUSED, "more than 3 redirects", source("/0"));
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void redirectToNowhere_isRefused() {
    server.on("/net.pth", MisbehavingServer.redirects("file:///etc/passwd"));
    assertFails(Kind.REFUSED, "no web address", source("/net.pth"));
    server.on("/net.pth", MisbehavingServer.status(302));
    assertFails(Kind.REFUSED, "no web address", source("/net.pth"));
    server.on("/net.pth", MisbehavingServer.redirects("http://[bad"));
    assertFails(Kind.REFUSED, "no address", source("/net.pth"));
  }

  @Test
  void redirectFromHttpsToHttp_isRefused() throws TransferException {
    URI secure = URI.create("https://a.example/x?y");
    assertThatThrownBy(() -> Web.next(secure, "http://a.example/x"))
        .hasMessage("a redirect leads from https to http, at http://a.example/x");
    assertThat(Web.next(secure, "//b.example/z")).isEqualTo(URI.create("https://b.example/z"));
    assertThat(Web.next(URI.create("http://a.example/x"), "https://a.example/x?s=1"))
        .isEqualTo(URI.create("https://a.example/x?s=1"));
  }

  @Test
  void linkedEtag_isTheHash() throws IOException {
    MisbehavingServer cdn = new MisbehavingServer();
    try (cdn) {
      cdn.on("/blob", MisbehavingServer.serves(CONTENT, ETAG));
      server.on(
          "/net.pth",
          MisbehavingServer.redirects(
              cdn.url("/blob").toString(), "X-Linked-Etag: \"" + SHA256 + "\""));
      fetch(linked("/net.pth"));
      assertFetched();
    }
    Files.write(folder.resolve("net.pth"), OTHER); // no longer what the server told
    settings = settings.withOffline(true);
    assertFails(Kind.WRONG_HASH, "expected SHA-256 " + SHA256, linked("/net.pth"));
    Files.delete(folder.resolve("net.pth.sha256")); // put there by hand: there is nothing to check
    assertThat(downloader().fetch(request(linked("/net.pth"))))
        .isEqualTo(new VerifiedFile(folder.resolve("net.pth"), Sha256.end(digest(OTHER)), false));
  }

  @Test
  void linkedEtag_survivesABreak() throws IOException {
    server.on(
        "/net.pth", MisbehavingServer.redirects("/blob", "X-Linked-Etag: \"" + SHA256 + "\""));
    server.on(
        "/blob",
        MisbehavingServer.dropsAfter(100_000, CONTENT, ETAG),
        MisbehavingServer.serves(CONTENT, ETAG));
    fetch(linked("/net.pth"));
    assertFetched();
    assertThat(server.requests("/blob").get(1).offset()).isEqualTo(100_000);
  }

  @Test
  void linkedEtag_ofAnotherHost_isNotBelieved() {
    try (MisbehavingServer cdn = new MisbehavingServer()) {
      String other = Sha256.end(digest(OTHER));
      cdn.on("/hop", MisbehavingServer.redirects("/blob", "X-Linked-Etag: \"" + other + "\""));
      cdn.on("/blob", MisbehavingServer.serves(OTHER, ETAG));
      server.on("/net.pth", MisbehavingServer.redirects(cdn.url("/hop").toString()));
      assertFails(Kind.REFUSED, "did not tell the file's SHA-256", linked("/net.pth"));
      assertThat(told).as("nothing of it is read").containsExactly("ended");
      assertNothingLeft();
    }
  }

  @Test
  void token_isSentToItsHostOnly() throws IOException {
    settings = settings.withToken(new BearerToken("127.0.0.1", "secret"));
    try (MisbehavingServer cdn = new MisbehavingServer()) {
      cdn.on("/blob", MisbehavingServer.serves(CONTENT, ETAG));
      server.on("/net.pth", MisbehavingServer.redirects(cdn.url("/blob").toString()));
      fetch(source("/net.pth"));
      assertThat(server.requests().get(0).header("Authorization")).isEqualTo("Bearer secret");
      assertThat(cdn.requests().get(0).headers()).doesNotContainKey("authorization");
    }
    assertThat(settings.toString()).doesNotContain("secret");
  }

  @Test
  void token_isSentToNobodyElse_norInTheClear() {
    BearerToken token = new BearerToken("hub.example.org", "secret");
    assertThat(token.isFor(URI.create("https://hub.example.org/x"))).isTrue();
    assertThat(token.isFor(URI.create("http://hub.example.org/x"))).isFalse();
    assertThat(token.isFor(URI.create("https://example.org/x"))).isFalse();
    assertThat(token.isFor(URI.create("https://hub.example.org.evil.example/x"))).isFalse();
  }

  @Test
  void silence_beforeTheAnswer_timesOut() {
    settings = impatient(2);
    server.on("/net.pth", MisbehavingServer.silent());
    assertFails(Kind.TIMEOUT, "did not answer within", source("/net.pth"));
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void silence_withinTheAnswer_timesOutAndIsContinued() throws IOException {
    settings = impatient(2);
    server.on(
        "/net.pth",
        MisbehavingServer.stalls(100_000, CONTENT, ETAG),
        MisbehavingServer.serves(CONTENT, ETAG));
    fetch(source("/net.pth"));
    assertFetched();
    assertThat(server.requests().get(1).offset()).isEqualTo(100_000);
    assertThat(told).anyMatch(line -> line.contains("sent nothing for 1500 ms"));
  }

  @Test
  void drip_isTooSlow() {
    settings = attempts(2);
    time.step(Duration.ofSeconds(20)); // each look at the ticker is 20 s after the one before
    server.on("/net.pth", MisbehavingServer.drips(CONTENT, 1));
    assertFails(Kind.TIMEOUT, "less than 1000 bytes a second for 60 s", source("/net.pth"));
  }

  @Test
  void unreachableHost_isNoNetwork() {
    server.close();
    DownloadException e = assertFails(Kind.NO_NETWORK, "no network", source("/net.pth"));
    assertThat(e).hasMessageContaining("put the file at " + folder.resolve("net.pth"));
    assertThat(time.slept()).hasSize(1);
  }

  @Test
  void unknownHost_isNoNetwork() {
    Source source =
        new Source(
            URI.create("http://host.invalid/net.pth"), "net.pth", Checksum.sha256(SHA256), null);
    assertFails(Kind.NO_NETWORK, "unknown host", source);
  }

  @Test
  void offline_doesNotConnect_andSaysWhatToPutWhere() {
    settings = settings.withOffline(true);
    DownloadException e =
        assertFails(Kind.OFFLINE, "switched off", source("/net.pth"), linked("/b.safetensors"));
    assertThat(e)
        .hasMessageContaining(folder.resolve("net.pth") + " (SHA-256 " + SHA256 + ", from http")
        .hasMessageContaining(folder.resolve("b.safetensors") + " (SHA-256 as the server tells it");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void folderThatCannotBe_isSaid() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "in the way");
    DownloadRequest request =
        new DownloadRequest("net", file.resolve("sub"), List.of(source("/net.pth")));
    assertThatThrownBy(() -> downloader().fetch(request))
        .isInstanceOfSatisfying(
            DownloadException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FOLDER))
        .hasMessageContaining("put the file at " + file.resolve("sub/net.pth"));
  }

  @Test
  void verify_comparesAndTells() throws IOException {
    Path file = Files.write(folder.resolve("net.pth"), CONTENT);
    assertThat(Downloader.verify(file, Checksum.sha256(SHA256)))
        .isEqualTo(new VerifiedFile(file, SHA256, true));
    assertThat(Downloader.verify(file, Checksum.prefix(SHA256.substring(0, 10))).sha256())
        .isEqualTo(SHA256);
    assertThat(Downloader.identify(file).sha256()).isEqualTo(SHA256);
    assertThatThrownBy(() -> Downloader.verify(file, Checksum.prefix("00000000")))
        .hasMessage(
            file + " is not the expected file: expected SHA-256 00000000…, found " + SHA256);
    assertThatThrownBy(() -> Downloader.verify(folder.resolve("none"), Checksum.linkedEtag()))
        .isInstanceOfSatisfying(
            DownloadException.class, e -> assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND));
  }

  @Test
  void proxy_isAskedForTheWholeAddress() throws IOException {
    String address = "http://models.example.invalid/net.pth";
    proxies = proxies(Map.of("http_proxy", "http://127.0.0.1:" + server.port()));
    server.on(address, MisbehavingServer.serves(CONTENT, ETAG));
    fetch(new Source(URI.create(address), "net.pth", Checksum.sha256(SHA256), null));
    assertFetched();
  }

  @Test
  void proxy_tunnelsHttps_andItsRefusalIsSaid() {
    proxies = proxies(Map.of("HTTPS_PROXY", "127.0.0.1:" + server.port()));
    server.on(
        "models.example.invalid:443",
        MisbehavingServer.status(407, "Proxy-Authenticate: Negotiate"));
    URI url = URI.create("https://models.example.invalid/net.pth");
    assertFails(Kind.DENIED, "HTTP 407", new Source(url, "net.pth", Checksum.sha256(SHA256), null));
    assertThat(server.requests().get(0).method()).isEqualTo("CONNECT");
  }

  @Test
  void proxy_isToldTheUserOfItsAddress() throws IOException {
    String address = "http://models.example.invalid/net.pth";
    proxies = proxies(Map.of("http_proxy", "http://me:word@127.0.0.1:" + server.port()));
    server.on(
        address,
        MisbehavingServer.status(407, "Proxy-Authenticate: Basic realm=\"x\""),
        MisbehavingServer.serves(CONTENT, ETAG));
    fetch(new Source(URI.create(address), "net.pth", Checksum.sha256(SHA256), null));
    assertFetched();
    assertThat(server.requests().get(1).header("Proxy-Authorization"))
        .isEqualTo("Basic bWU6d29yZA==");
  }

  @Test
  void threads_takeTurns_andTheSecondFindsTheFile() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch waiting = new CountDownLatch(1);
    server.on("/net.pth", MisbehavingServer.after(gate, MisbehavingServer.serves(CONTENT, ETAG)));
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void waiting(String why, Duration most) {
            waiting.countDown();
          }
        };
    Downloader downloader =
        new Downloader(settings, Timing.system(), name -> listener, () -> proxies, path -> space);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Path> one = threads.submit(() -> downloader.fetch(request(source("/net.pth"))).file());
      Future<Path> two = threads.submit(() -> downloader.fetch(request(source("/net.pth"))).file());
      assertThat(waiting.await(60, TimeUnit.SECONDS)).isTrue();
      gate.countDown();
      assertThat(one.get()).isEqualTo(two.get());
      assertFetched();
      assertThat(server.requests()).hasSize(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void processes_takeTurns_andTheSecondFindsTheFile() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch arrived = new CountDownLatch(1);
    server.on(
        "/net.pth",
        (request, out) -> {
          arrived.countDown();
          gate.await();
          MisbehavingServer.serves(CONTENT, ETAG).answer(request, out);
        });
    Process process = forkedFetch();
    try {
      assertThat(arrived.await(60, TimeUnit.SECONDS)).isTrue(); // it holds the lock
      ProgressListener listener =
          new ProgressListener() {
            @Override
            public void waiting(String why, Duration most) {
              told.add(why);
              gate.countDown();
            }
          };
      Downloader downloader =
          new Downloader(settings, Timing.system(), name -> listener, () -> proxies, path -> space);
      downloader.fetch(request(source("/net.pth")));
      assertFetched();
      assertThat(told)
          .containsExactly("waiting for another download of " + folder.resolve("net.pth"));
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(folder.resolve("output.txt"))).isZero();
      assertThat(server.requests()).hasSize(1);
    } finally {
      gate.countDown();
      process.destroyForcibly();
    }
  }

  @Test
  void process_killedWhileItFetches_leavesAPartThatTheNextContinues() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    int half = CONTENT.length / 2;
    server.on("/net.pth", MisbehavingServer.pauses(half, never, CONTENT, ETAG));
    Path part = folder.resolve("net.pth.part");
    Process process = forkedFetch();
    try {
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> Files.exists(part) && Files.size(part) == half);
    } finally {
      process.destroyForcibly().waitFor(); // SIGKILL
    }
    assertThat(folder.resolve("net.pth")).doesNotExist();
    server.on("/net.pth", MisbehavingServer.serves(CONTENT, ETAG));
    fetch(source("/net.pth"));
    assertFetched();
    assertThat(told).contains("started " + half + " of " + CONTENT.length);
    never.countDown();
  }

  private Process forkedFetch() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            ForkedFetch.class.getName(),
            server.url("/net.pth").toString(),
            folder.toString(),
            SHA256)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output.txt").toFile())
        .start();
  }

  @Test
  void fileThatStaysTaken_isGivenUp() throws Exception {
    TargetLock lock =
        TargetLock.take(folder, "net.pth", Duration.ofSeconds(1), time.timing(), listener());
    try {
      assertFails(Kind.TIMEOUT, "has held its lock for 30 s", source("/net.pth"));
    } finally {
      lock.close();
    }
  }

  @Test
  void interrupt_cancelsAndKeepsThePart() throws Exception {
    CountDownLatch advanced = new CountDownLatch(1);
    server.on("/net.pth", MisbehavingServer.stalls(100_000, CONTENT, ETAG));
    ProgressListener listener =
        new ProgressListener() {
          @Override
          public void advanced(long have, long total) {
            if (have == 100_000) {
              advanced.countDown();
            }
          }
        };
    Downloader downloader =
        new Downloader(settings, Timing.system(), name -> listener, () -> proxies, path -> space);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    Future<DownloadException> failure =
        threads.submit(
            () ->
                catchThrowableOfType(
                    DownloadException.class, () -> downloader.fetch(request(source("/net.pth")))));
    assertThat(advanced.await(60, TimeUnit.SECONDS)).isTrue();
    threads.shutdownNow();
    assertThat(failure.get().kind()).isEqualTo(Kind.CANCELLED);
    assertThat(folder.resolve("net.pth.part")).hasSize(100_000);
  }

  @Test
  void interrupt_whileWriting_cancels() {
    server.on("/net.pth", MisbehavingServer.serves(CONTENT, ETAG));
    Downloader downloader =
        new Downloader(
            settings,
            time.timing(),
            name -> listener(),
            () -> proxies,
            path -> {
              Thread.currentThread().interrupt();
              return space;
            });
    DownloadException e =
        catchThrowableOfType(
            DownloadException.class, () -> downloader.fetch(request(source("/net.pth"))));
    assertThat(Thread.interrupted()).isTrue();
    assertThat(e.kind()).isEqualTo(Kind.CANCELLED);
    assertThat(told).last().isEqualTo("ended");
  }

  @Test
  void proxiesThatAreNone_matterOnlyToWhoConnects() throws IOException {
    Downloader downloader =
        new Downloader(
            settings,
            time.timing(),
            name -> listener(),
            () -> proxies(Map.of("ALL_PROXY", "socks5://somewhere:1080")),
            path -> space);
    Files.write(folder.resolve("net.pth"), CONTENT);
    assertThat(downloader.fetch(request(source("/net.pth"))).verified()).isTrue();
    Files.delete(folder.resolve("net.pth"));
    assertThatThrownBy(() -> downloader.fetch(request(source("/net.pth"))))
        .hasMessageStartingWith("ALL_PROXY must be http://host:port");
  }

  @Test
  void files_ofOneFolder_areFetchedAtTheSameTime() throws Exception {
    CountDownLatch both = new CountDownLatch(2);
    MisbehavingServer.Behaviour together =
        (request, out) -> {
          both.countDown();
          both.await();
          MisbehavingServer.serves(CONTENT, ETAG).answer(request, out);
        };
    server.on("/one", together).on("/two", together);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Checksum checksum = Checksum.sha256(SHA256);
      for (Future<Path> fetched :
          threads.invokeAll(
              List.<Callable<Path>>of(
                  () -> fetch(new Source(server.url("/one"), "one.pth", checksum, null)),
                  () -> fetch(new Source(server.url("/two"), "two.pth", checksum, null))))) {
        assertThat(fetched.get()).hasBinaryContent(CONTENT);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void body_closedBeforeItsSubscription_cancelsIt() {
    AtomicBoolean cancelled = new AtomicBoolean();
    Body body = new Body();
    body.close();
    body.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long n) {
            throw new AssertionError("nobody will take it");
          }

          @Override
          public void cancel() {
            cancelled.set(true);
          }
        });
    assertThat(cancelled).isTrue();
  }

  private DownloadException assertFails(Kind kind, String pattern, Source... sources) {
    DownloadException e = catchThrowableOfType(DownloadException.class, () -> fetch(sources));
    assertThat(e).isNotNull().hasMessageStartingWith("net: ").message().containsPattern(pattern);
    assertThat(e.kind()).isEqualTo(kind);
    assertThat(folder.resolve("net.pth.part.tmp")).doesNotExist();
    return e;
  }

  private void assertFetched() {
    assertThat(folder.resolve("net.pth")).hasBinaryContent(CONTENT);
    assertThat(folder.resolve("net.pth.part")).doesNotExist();
    assertThat(folder.resolve("net.pth.part.properties")).doesNotExist();
  }

  private void assertNothingLeft() {
    assertThat(folder)
        .isDirectoryNotContaining(file -> file.toString().matches(".*net.pth(?!.lock).*"));
  }

  private Path fetch(Source... sources) {
    return downloader().fetch(request(sources)).file();
  }

  private Downloader downloader() {
    return new Downloader(
        settings, time.timing(), name -> listener(), () -> proxies, path -> space);
  }

  private DownloadRequest request(Source... sources) {
    return new DownloadRequest("net", folder, List.of(sources));
  }

  private Source source(String path) {
    return new Source(server.url(path), "net.pth", Checksum.sha256(SHA256), null);
  }

  private Source linked(String path) {
    return new Source(server.url(path), path.substring(1), Checksum.linkedEtag(), null);
  }

  private static ProxySelector proxies(Map<String, String> environment) {
    return EnvironmentProxies.of(environment, Map.of());
  }

  private DownloadSettings attempts(int attempts) {
    return with(attempts, Duration.ofSeconds(30));
  }

  private DownloadSettings impatient(int attempts) {
    return with(attempts, Duration.ofMillis(1500));
  }

  private DownloadSettings with(int attempts, Duration patience) {
    return new DownloadSettings(
        false,
        patience,
        patience,
        1000,
        Duration.ofMinutes(1),
        attempts,
        Duration.ofSeconds(1),
        Duration.ofSeconds(3),
        Duration.ofSeconds(60),
        3,
        10_000_000,
        Duration.ofSeconds(30),
        null);
  }

  private ProgressListener listener() {
    return new ProgressListener() {
      @Override
      public void started(Source source, long have, long total) {
        told.add("started " + have + " of " + total);
      }

      @Override
      public void waiting(String why, Duration most) {
        told.add("waiting: " + why);
      }

      @Override
      public void finished(Path file) {
        told.add("finished " + file.getFileName());
      }

      @Override
      public void ended() {
        told.add("ended");
      }
    };
  }

  private static MessageDigest digest(byte[] content) {
    MessageDigest digest = Sha256.begin();
    digest.update(content);
    return digest;
  }

  private static byte[] random(long seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
