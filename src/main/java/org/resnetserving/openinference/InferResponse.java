package org.resnetserving.openinference;

import java.util.List;

/**
 * An answer in the protocol's terms.
 *
 * @param model that answered
 * @param version of it
 * @param id of the request; empty where it had none
 * @param outputs in the order in which they were asked for
 */
record InferResponse(String model, String version, String id, List<Tensor> outputs) {
  InferResponse {
    outputs = List.copyOf(outputs);
  }
}
