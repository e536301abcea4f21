package org.resnetserving.dialects;

import org.resnetserving.serving.Input;
import org.resnetserving.upload.UploadedPicture;

/** What was uploaded, as models are asked about it. */
final class Inputs {
  private Inputs() {}

  static Input of(UploadedPicture picture) {
    return picture
        .problem()
        .<Input>map(Input.Broken::new)
        .orElseGet(() -> new Input.File(picture.bytes()));
  }
}
