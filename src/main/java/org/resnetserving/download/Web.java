package org.resnetserving.download;

import java.io.IOException;
import java.net.Authenticator;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.resnetserving.download.DownloadException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for a file, and follows where it is sent. */
final class Web {
  private static final Logger log = LoggerFactory.getLogger(Web.class);

  private final HttpClient client;
  private final DownloadSettings settings;

  Web(DownloadSettings settings, ProxySelector proxies) {
    this.settings = settings;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            // One large body: HTTP/2 would only add its flow control.
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(settings.connectTimeout())
            .proxy(proxies);
    if (proxies instanceof EnvironmentProxies environment) {
      Optional<Authenticator> users = environment.authenticator();
      users.ifPresent(builder::authenticator);
      if (users.isPresent() && settings.token() != null) {
        log.warn(
            "{} is not sent: Java's client sends none beside a proxy's password", settings.token());
      }
    }
    client = builder.build();
  }

  /**
   * The answer to a request for a file from an offset on.
   *
   * @param etag which version is wanted, where the offset is not 0
   */
  Answer ask(Source source, long offset, String etag)
      throws IOException, TransferException, InterruptedException {
    Set<URI> seen = new HashSet<>();
    String told = "";
    URI url = source.url();
    while (true) {
      if (!seen.add(url)) {
        throw TransferException.last(
            Kind.REFUSED, "redirects go round in a circle at " + shown(url));
      }
      if (seen.size() > settings.maxRedirects() + 1) {
        throw TransferException.last(
            Kind.REFUSED, "more than " + settings.maxRedirects() + " redirects");
      }
      HttpResponse<Body> response = send(request(source, url, offset, etag));
      if (sameOrigin(url, source.url())) {
        told = told(source, response, told);
      }
      if (!isRedirect(response.statusCode())) {
        return new Answer(response, told);
      }
      response.body().close();
      url = next(url, response.headers().firstValue("Location").orElse(""));
    }
  }

  /** The SHA-256 that an answer of the source's own host tells; else what an earlier one told. */
  private static String told(Source source, HttpResponse<Body> response, String before) {
    String linked = digits(response, "X-Linked-Etag");
    if (linked.isEmpty() && before.isEmpty() && !source.checksum().needed()) {
      linked = digits(response, "ETag");
    }
    return linked.isEmpty() ? before : linked;
  }

  private static String digits(HttpResponse<Body> response, String header) {
    String value = response.headers().firstValue(header).orElse("");
    String digits = value.replace("\"", "").strip().toLowerCase(Locale.ROOT);
    return digits.matches("[0-9a-f]{64}") ? digits : "";
  }

  private HttpRequest request(Source source, URI url, long offset, String etag) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url)
            .header("User-Agent", "resnet-serving")
            .header("Accept-Encoding", "identity");
    if (offset > 0) {
      request.header("Range", "bytes=" + offset + "-").header("If-Range", etag);
    }
    BearerToken token = settings.token();
    if (token != null && token.isFor(url) && sameOrigin(url, source.url())) {
      request.header("Authorization", "Bearer " + token.value());
    }
    return request.build();
  }

  /** Sends, and waits for the header of the answer; a request's own timeout may cover the body. */
  private HttpResponse<Body> send(HttpRequest request) throws IOException, InterruptedException {
    CompletableFuture<HttpResponse<Body>> future = client.sendAsync(request, info -> new Body());
    long most = settings.connectTimeout().plus(settings.idleTimeout()).toNanos();
    boolean done = false;
    try {
      HttpResponse<Body> response = future.get(most, TimeUnit.NANOSECONDS);
      done = true;
      return response;
    } catch (TimeoutException e) {
      throw new HttpTimeoutException(
          "the server did not answer within " + TimeUnit.NANOSECONDS.toMillis(most) + " ms");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } finally {
      if (!done && !future.cancel(true) && !future.isCompletedExceptionally()) {
        future.join().body().close(); // it came after all
      }
    }
  }

  /** Where a redirect leads. */
  static URI next(URI url, String location) throws TransferException {
    URI next;
    try {
      next = url.resolve(location);
    } catch (IllegalArgumentException e) {
      throw TransferException.last(Kind.REFUSED, "a redirect leads to no address");
    }
    boolean secure = "https".equals(next.getScheme());
    if (location.isEmpty()
        || next.getHost() == null
        || !(secure || "http".equals(next.getScheme()))) {
      throw TransferException.last(Kind.REFUSED, "a redirect leads to no web address");
    }
    if (!secure && "https".equals(url.getScheme())) {
      throw TransferException.last(
          Kind.REFUSED, "a redirect leads from https to http, at " + shown(next));
    }
    return next;
  }

  private static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private static boolean sameOrigin(URI a, URI b) {
    return a.getScheme().equals(b.getScheme()) && a.getAuthority().equals(b.getAuthority());
  }

  /** Without the query, which may be a signature. */
  private static String shown(URI url) {
    return url.getScheme() + "://" + url.getAuthority() + url.getPath();
  }
}
