package org.resnetserving.classify;

import java.util.List;
import org.resnetserving.serving.Input;
import org.resnetserving.upload.Upload;

/** What was uploaded, as models are asked about it. */
final class Pictures {
  private Pictures() {}

  static List<Input> of(Upload upload) {
    return upload.pictures().stream()
        .map(picture -> (Input) new Input.File(picture.bytes()))
        .toList();
  }
}
