package org.resnetserving.remote;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * What a URL asks for, taken apart once: what is connected to is put together from these parts, so
 * that nothing reads the URL otherwise than what checked it.
 *
 * @param secure whether by https
 * @param host in the writing of {@link HostName}
 * @param port the scheme's own where the URL has none
 * @param file path and query
 */
record Target(boolean secure, String host, int port, String file) {
  private static final Pattern AUTHORITY =
      Pattern.compile("(\\[[^\\]]*\\]|[^:\\[\\]]+)(?::([0-9]{0,5}))?");

  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  /**
   * Takes a URL apart and holds it to the list.
   *
   * @throws ProblemException (URL_NOT_ALLOWED)
   */
  static Target of(String url, List<AllowedHost> hosts, boolean allowHttp) {
    URI uri = uri(url);
    String scheme = Objects.requireNonNullElse(uri.getScheme(), "").toLowerCase(Locale.ROOT);
    boolean secure = scheme.equals("https");
    if (!secure && !(allowHttp && scheme.equals("http"))) {
      throw refused(
          allowHttp ? "it begins neither with https: nor http:" : "it does not begin with https:");
    }
    String authority = Objects.requireNonNullElse(uri.getRawAuthority(), "");
    if (authority.indexOf('@') >= 0) {
      throw refused("it has a user or a password in it");
    }
    Matcher parts = AUTHORITY.matcher(authority);
    String host = parts.matches() ? HostName.of(parts.group(1)).orElse("") : "";
    if (host.isEmpty()) {
      throw refused("its host is none, or an address in an unusual writing");
    }
    int usual = usual(secure);
    int port = port(parts.group(2), usual);
    if (hosts.stream().noneMatch(allowed -> allowed.isHost(host))) {
      throw refused(
          "pictures are not fetched from '%s'".formatted(ProblemException.shortened(host)));
    }
    if (hosts.stream().noneMatch(allowed -> allowed.isHost(host) && allowed.isPort(port, usual))) {
      throw refused("pictures are not fetched from that port");
    }
    return new Target(secure, host, port, file(uri));
  }

  private static URI uri(String url) {
    if (url.length() > RemotePictures.LONGEST_URL) {
      throw refused("it has more than %,d characters".formatted(RemotePictures.LONGEST_URL));
    }
    try {
      return new URI(url);
    } catch (URISyntaxException e) {
      throw refused("it is not built as RFC 3986 says");
    }
  }

  private static int port(@Nullable String digits, int usual) {
    return digits == null || digits.isEmpty() ? usual : Integer.parseInt(digits);
  }

  private static String file(URI uri) {
    URI ascii = URI.create(uri.toASCIIString());
    String path = ascii.getRawPath();
    if (path == null || path.isEmpty()) {
      path = "/";
    }
    if (path.startsWith("//")) {
      throw refused("its path begins with two slashes");
    }
    return ascii.getRawQuery() == null ? path : path + "?" + ascii.getRawQuery();
  }

  /**
   * Where a redirect leads.
   *
   * @param location as the answer says it
   * @throws ProblemException (URL_NOT_ALLOWED)
   */
  Target next(String location, List<AllowedHost> hosts, boolean allowHttp) {
    Target next;
    try {
      URI resolved = uri().resolve(uri(location));
      next = of(resolved.toString(), hosts, allowHttp);
    } catch (ProblemException e) {
      // Where it leads is not the client's to know.
      throw new ProblemException(
          ProblemType.URL_NOT_ALLOWED, "The URL leads on to one that is not fetched.", e);
    }
    if (secure && !next.secure) {
      throw new ProblemException(
          ProblemType.URL_NOT_ALLOWED, "The URL leads on from https to http.");
    }
    return next;
  }

  /** As it is asked for. Its scheme's own port is left out: object stores sign the host without. */
  URI uri() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    String behind = port == usual(secure) ? "" : ":" + port;
    return URI.create((secure ? "https://" : "http://") + name + behind + file);
  }

  private static int usual(boolean secure) {
    return secure ? HTTPS : HTTP;
  }

  private static ProblemException refused(String why) {
    return new ProblemException(
        ProblemType.URL_NOT_ALLOWED,
        "The picture was not fetched from its URL: %s.".formatted(why));
  }
}
