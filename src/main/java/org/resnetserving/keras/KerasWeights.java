package org.resnetserving.keras;

import java.util.List;

/** Finds a layer's tensors. */
interface KerasWeights {

  /**
   * A tensor of a layer.
   *
   * @param roles what Keras calls the layer's tensors, in its order
   * @param index of the one that is wanted
   * @throws org.resnetserving.weights.WeightsException if it is missing
   */
  Hdf5Tensor tensor(KerasPlace place, List<String> roles, int index);
}
