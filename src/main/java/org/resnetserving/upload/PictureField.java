package org.resnetserving.upload;

import java.util.Set;

/** What the field of a form is called that holds a picture. */
final class PictureField {
  /** The name that we tell. */
  static final String NAME = "image";

  /** With {@code data}, as TorchServe's clients call it; those of several add brackets. */
  private static final Set<String> NAMES =
      Set.of(NAME, NAME + "[]", NAME + "s", NAME + "s[]", "data", "data[]");

  private PictureField() {}

  static boolean isOne(String name) {
    return NAMES.contains(name);
  }
}
