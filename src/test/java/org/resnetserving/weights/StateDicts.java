package org.resnetserving.weights;

/** Opens and exhausts state dicts in tests. */
final class StateDicts {
  private static final int MOST_READ = 64;
  private static final int MOST_ELEMENTS = 1 << 16;

  private StateDicts() {}

  static StateDict open(byte[] file) {
    return new WeightsFile(MemoryChannel.source(file)).stateDict();
  }

  /** Reads what there is; throws nothing but {@link WeightsException}. */
  static void readAll(StateDict dict) {
    dict.names().stream().limit(MOST_READ).forEach(name -> readSmall(dict, name));
  }

  private static void readSmall(StateDict dict, String name) {
    long elements = 1;
    for (int size : dict.shape(name)) {
      elements *= size;
    }
    if (elements >= 0 && elements <= MOST_ELEMENTS) {
      dict.read(name);
    }
  }

  static void openAndReadAll(byte[] file) {
    try (StateDict dict = open(file)) {
      readAll(dict);
    }
  }
}
