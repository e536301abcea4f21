package org.resnetserving.weights;

/** What a weights file is, by its content. */
public enum WeightFormat {
  /** Tensors behind a JSON header. */
  SAFETENSORS("safetensors"),
  /** {@code torch.save} of PyTorch 1.6 and later: a pickle and its storages in a zip. */
  PICKLE_ZIP("PyTorch state dict (zip)"),
  /** {@code torch.save} before PyTorch 1.6: five pickles, then the storages. */
  PICKLE_LEGACY("PyTorch state dict (pickle of before 1.6)"),
  /** {@code torch.save} before 2018: a tar. Recognised so that it can be refused in words. */
  PICKLE_TAR("PyTorch state dict (tar of before 2018)"),
  /** {@code torch.jit.save}: a program with its weights. */
  TORCHSCRIPT("TorchScript archive"),
  /** A TorchScript archive (or another zip) in gzip, as DJL's model zoo has them. */
  TORCHSCRIPT_GZIP("TorchScript archive (gzip)"),
  /** A TorchScript archive inside of a TorchServe archive. */
  TORCHSCRIPT_ARCHIVED("TorchScript archive (in a TorchServe archive)"),
  /** None of these. */
  UNKNOWN("file of unknown format");

  private final String description;

  WeightFormat(String description) {
    this.description = description;
  }

  /** For messages: a noun phrase without an article. */
  public String description() {
    return description;
  }

  /** Whether {@link WeightFiles#open} reads it. */
  public boolean isStateDict() {
    return this == SAFETENSORS || this == PICKLE_ZIP || this == PICKLE_LEGACY;
  }
}
