package org.resnetserving.models;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository of the Hugging Face hub that holds a model: {@code hf://owner/name}, or {@code
 * hf://owner/name@revision}.
 *
 * @param owner a person or an organisation
 * @param name the repository's own name
 * @param revision a branch, a tag or a commit; {@value #MAIN} where none is named
 */
public record Repository(String owner, String name, String revision) {
  /** The branch that is taken where no revision is named. */
  public static final String MAIN = "main";

  /** How an address is written, for messages. */
  static final String RULE = "hf://owner/name or hf://owner/name@revision";

  private static final String SCHEME = "hf://";
  private static final String WORD = "[A-Za-z0-9][A-Za-z0-9._-]{0,95}";
  private static final Pattern ADDRESS =
      Pattern.compile(
          SCHEME + "(" + WORD + ")/(" + WORD + ")(?:@(" + WORD + "(?:/" + WORD + "){0,4}))?");

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException saying how one is written
   */
  public static Repository parse(String address) {
    Matcher matcher = ADDRESS.matcher(address);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("must be %s, it is '%s'".formatted(RULE, address));
    }
    String revision = matcher.group(3);
    return new Repository(matcher.group(1), matcher.group(2), revision == null ? MAIN : revision);
  }

  /** The folder of its files in a cache: one name, different for each repository and revision. */
  public String folder() {
    return "hf--%s--%s@%s".formatted(owner, name, escaped());
  }

  /**
   * Where a file of it is.
   *
   * @param hub the hub's or its mirror's address, without a slash at the end
   */
  public URI url(String hub, String file) {
    return URI.create("%s/%s/%s/resolve/%s/%s".formatted(hub, owner, name, escaped(), file));
  }

  /** A revision is one part of a path. */
  private String escaped() {
    return revision.replace("/", "%2F");
  }

  @Override
  public String toString() {
    return SCHEME + owner + "/" + name + (revision.equals(MAIN) ? "" : "@" + revision);
  }
}
