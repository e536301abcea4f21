package org.resnetserving.bulk;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One share of the pictures: every {@code count}-th, beginning with the {@code index}-th, so that
 * folders of large pictures are shared too.
 *
 * @param index 0 or more, below {@code count}, as Kubernetes counts the pods of an Indexed Job
 * @param count how many shares there are
 */
public record Shard(int index, int count) {
  /** All pictures. */
  public static final Shard WHOLE = new Shard(0, 1);

  /** Which pod of an Indexed Job this is. */
  public static final String JOB_INDEX = "JOB_COMPLETION_INDEX";

  private static final Pattern TEXT = Pattern.compile("(?:(\\d{1,9})/)?(\\d{1,9})");

  /** Refuses a share that there is not. */
  public Shard {
    if (count < 1 || index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "there is no shard %d of %d; the first is 0".formatted(index, count));
    }
  }

  /**
   * Reads {@code I/N}, or {@code N} with the index from the environment.
   *
   * @param jobIndex the value of {@link #JOB_INDEX}; null if it is not set
   * @throws IllegalArgumentException saying what is wanted
   */
  public static Shard parse(String text, @Nullable String jobIndex) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a shard is I/N, such as 0/8, or N where %s is set; not '%s'".formatted(JOB_INDEX, text));
    }
    String index = matcher.group(1) != null ? matcher.group(1) : jobIndex;
    if (index == null) {
      throw new IllegalArgumentException(
          "which of the %1$s shards? %2$s is not set; say I/%1$s, such as 0/%1$s"
              .formatted(matcher.group(2), JOB_INDEX));
    }
    try {
      return new Shard(Integer.parseInt(index.strip()), Integer.parseInt(matcher.group(2)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(JOB_INDEX + " is '" + index + "', which is no number", e);
    }
  }

  /** Whether the picture at that place of the list, from 0, is in this share. */
  boolean holds(long place) {
    return place % count == index;
  }
}
