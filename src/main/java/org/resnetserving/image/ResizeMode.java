package org.resnetserving.image;

/** How a picture of any shape becomes a square. */
public enum ResizeMode {
  /** The shorter side becomes {@link Preset#resize}, and the middle is cut out. */
  SHORTEST,
  /**
   * The same, but where the rest is odd the middle begins a pixel later: {@code CenterCrop} of
   * fb.resnet.torch, datasets/transforms.lua, which rounds up.
   */
  SHORTEST_LATE,
  /** Both sides become {@link Preset#crop}: torchvision's {@code Resize((h, w))}. */
  SQUASH,
  /**
   * The longer side becomes {@link Preset#crop}, and the rest of the square is filled: Pillow's
   * {@code ImageOps.pad}.
   */
  LETTERBOX
}
