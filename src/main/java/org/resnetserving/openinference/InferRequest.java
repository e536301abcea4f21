package org.resnetserving.openinference;

import java.util.List;

/**
 * A question in the protocol's terms.
 *
 * @param id that the answer repeats; empty where there is none
 * @param parameters of the whole request
 * @param inputs the tensors that were sent
 * @param outputs the tensors that are asked for; none asks for the model's own
 */
record InferRequest(
    String id, Parameters parameters, List<Tensor> inputs, List<RequestedOutput> outputs) {
  InferRequest {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * A tensor that is asked for.
   *
   * @param name of the output
   * @param parameters such as {@code classification}
   */
  record RequestedOutput(String name, Parameters parameters) {}
}
