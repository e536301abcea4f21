package org.resnetserving.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AbstractAuthenticationToken;
import org.springframework.security.core.authority.AuthorityUtils;

/** A request's key, or, once it was looked up, whose it is. */
final class KeyAuthentication extends AbstractAuthenticationToken {
  static final String HEADER = "X-API-Key";
  private static final String SCHEME = "Bearer ";
  private static final long serialVersionUID = 1L;

  private final transient @Nullable String key;
  private final String name;

  private KeyAuthentication(@Nullable String key, String name, boolean known) {
    super(known ? AuthorityUtils.createAuthorityList("CLIENT") : List.of());
    this.key = key;
    this.name = name;
    setAuthenticated(known);
  }

  /** Of a request: {@code X-API-Key}, or else a bearer token; it may have none. */
  static KeyAuthentication of(HttpServletRequest request) {
    return new KeyAuthentication(
        key(request::getHeader), String.valueOf(request.getRemoteAddr()), false);
  }

  /** The key among a request's headers, of whatever protocol. */
  static @Nullable String key(UnaryOperator<@Nullable String> headers) {
    String own = headers.apply(HEADER.toLowerCase(Locale.ROOT));
    if (own != null) {
      return own.strip();
    }
    String authorization = headers.apply(HttpHeaders.AUTHORIZATION.toLowerCase(Locale.ROOT));
    return authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? authorization.substring(SCHEME.length()).strip()
        : null;
  }

  /** The client whose key it is. */
  static KeyAuthentication known(String client) {
    return new KeyAuthentication(null, client, true);
  }

  @Override
  public @Nullable String getCredentials() {
    return key;
  }

  /** The client; before it is known, the address that the request came from. */
  @Override
  public String getPrincipal() {
    return name;
  }
}
