package org.resnetserving.classify;

import java.util.List;
import org.resnetserving.serving.Input;
import org.resnetserving.upload.Upload;
import org.resnetserving.upload.UploadedPicture;

/** What was uploaded, as models are asked about it. */
final class Pictures {
  private Pictures() {}

  static List<Input> of(Upload upload) {
    return upload.pictures().stream().map(Pictures::input).toList();
  }

  private static Input input(UploadedPicture picture) {
    return picture
        .problem()
        .<Input>map(Input.Broken::new)
        .orElseGet(() -> new Input.File(picture.bytes()));
  }
}
