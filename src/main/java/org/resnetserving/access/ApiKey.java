package org.resnetserving.access;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * What the service knows of a key: whose it is, and its SHA-256.
 *
 * @param client whose it is
 * @param hash SHA-256 of the key's characters in UTF-8
 */
@SuppressWarnings("ArrayRecordComponent") // Compared in constant time, by whoever has a key.
public record ApiKey(String client, byte[] hash) {
  /** What {@link #random} begins with, so that scanners for secrets can tell what they found. */
  public static final String PREFIX = "rns_";

  private static final int RANDOM_BYTES = 32;
  private static final Pattern CLIENT = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final Pattern HASH = Pattern.compile("[0-9a-fA-F]{64}");

  /**
   * Reads {@code client:hash}.
   *
   * @param where the line stands, for words about it
   * @throws IllegalArgumentException if it is no such line; does not repeat it, for it may be a key
   */
  static ApiKey parse(String line, String where) {
    int colon = line.indexOf(':');
    String client = colon < 0 ? "" : line.substring(0, colon).strip();
    String hash = line.substring(colon + 1).strip();
    if (!CLIENT.matcher(client).matches()) {
      throw new IllegalArgumentException(
          where
              + " is not NAME:HASH, where NAME is 1 to 64 letters, digits or . _ -; 'keys create --name NAME' writes such a line");
    }
    if (!HASH.matcher(hash).matches()) {
      throw new IllegalArgumentException(
          where
              + " has no SHA-256 (64 hexadecimal digits) after '"
              + client
              + ":'. If that is the key itself, put its hash there: printf %s KEY | sha256sum");
    }
    return new ApiKey(client, HexFormat.of().parseHex(hash));
  }

  /** The line that {@link #parse} reads. */
  public String line() {
    return client + ":" + HexFormat.of().formatHex(hash);
  }

  /**
   * What the service is to know of a key.
   *
   * @throws IllegalArgumentException if the client cannot be called so
   */
  public static ApiKey of(String client, String key) {
    ApiKey known = new ApiKey(client, sha256(key));
    return parse(known.line(), "'" + client + "'");
  }

  /** A new key, of 256 random bits. */
  public static String random() {
    byte[] bytes = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(bytes);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  static byte[] sha256(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return client;
  }
}
