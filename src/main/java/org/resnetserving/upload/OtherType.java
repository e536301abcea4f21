package org.resnetserving.upload;

/** What a body is whose content type says that it is neither a form nor a picture nor JSON. */
enum OtherType {
  /** It is refused; a body without a content type is a picture. */
  REFUSED,
  /** A picture, as for TorchServe. */
  PICTURE,
  /** JSON, as for TensorFlow Serving: {@code curl -d} says that it sends a form. */
  JSON
}
