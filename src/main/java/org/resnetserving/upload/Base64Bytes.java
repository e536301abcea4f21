package org.resnetserving.upload;

import java.util.Arrays;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * Undoes base64 (RFC 4648), character by character, in its usual alphabet or the one for URLs. With
 * or without padding; white space is passed over.
 */
final class Base64Bytes {
  private static final byte NONE = -1;
  private static final byte SPACE = -2;
  private static final byte PADDING = -3;
  private static final byte[] VALUES = values();

  private final PictureBytes bytes;
  private long position;
  private int group;
  private int inGroup;
  private int padding;

  /**
   * @param bytes where they go
   */
  Base64Bytes(PictureBytes bytes) {
    this.bytes = bytes;
  }

  private static byte[] values() {
    byte[] values = new byte[128];
    Arrays.fill(values, NONE);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      values[alphabet.charAt(i)] = (byte) i;
    }
    values['-'] = values['+'];
    values['_'] = values['/'];
    for (char space : new char[] {' ', '\t', '\r', '\n', '\f'}) {
      values[space] = SPACE;
    }
    values['='] = PADDING;
    return values;
  }

  /**
   * Takes some characters.
   *
   * @throws ProblemException (IMAGE_CORRUPT, and what {@link PictureBytes#add} throws)
   */
  void add(char[] text, int from, int length) {
    int end = from + length;
    int i = from;
    while (i < end) {
      int four = inGroup == 0 && padding == 0 && end - i >= 4 ? bits(text, i) : NONE;
      if (four >= 0) {
        bytes.add(four >> 16, four >> 8, four);
        position += 4;
        i += 4;
      } else {
        add(text[i++]);
      }
    }
  }

  /** Four characters' bits; negative if one of them has none. */
  private static int bits(char[] text, int at) {
    if ((text[at] | text[at + 1] | text[at + 2] | text[at + 3]) >= VALUES.length) {
      return NONE;
    }
    return (VALUES[text[at]] << 18)
        | (VALUES[text[at + 1]] << 12)
        | (VALUES[text[at + 2]] << 6)
        | VALUES[text[at + 3]];
  }

  /**
   * Takes one character.
   *
   * @throws ProblemException (IMAGE_CORRUPT, and what {@link PictureBytes#add} throws)
   */
  void add(char character) {
    position++;
    int value = character < VALUES.length ? VALUES[character] : NONE;
    if (value >= 0 && padding == 0) {
      group = (group << 6) | value;
      if (++inGroup == 4) {
        bytes.add(group >> 16, group >> 8, group);
        inGroup = 0;
      }
    } else if (value == PADDING && padding < 2) {
      padding++;
    } else if (value != SPACE) {
      throw bad(
          "its character %,d is '%s'"
              .formatted(position, ProblemException.shortened(String.valueOf(character))));
    }
  }

  /**
   * Takes the end.
   *
   * @throws ProblemException (IMAGE_CORRUPT, and what {@link PictureBytes#add} throws)
   */
  void end() {
    if (inGroup == 1 || (padding > 0 && padding + inGroup != 4)) {
      throw bad("it breaks off after %,d characters".formatted(position));
    }
    if (inGroup >= 2) {
      int bits = group << (6 * (4 - inGroup));
      bytes.add(bits >> 16);
      if (inGroup == 3) {
        bytes.add(bits >> 8);
      }
    }
  }

  private static ProblemException bad(String why) {
    return new ProblemException(
        ProblemType.IMAGE_CORRUPT, "The picture is not in base64: %s.".formatted(why));
  }
}
