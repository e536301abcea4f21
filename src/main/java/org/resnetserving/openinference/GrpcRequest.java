package org.resnetserving.openinference;

import static org.resnetserving.openinference.WireFields.DELIMITED;
import static org.resnetserving.openinference.WireFields.SHIFT;

import com.google.protobuf.CodedInputStream;
import inference.ModelInferRequest;
import inference.ModelInferRequest.InferRequestedOutputTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.resnetserving.openinference.InferRequest.RequestedOutput;

/**
 * Reads a {@link ModelInferRequest} field by field: nothing is held of it but what it may have, and
 * tensors stay where they are in the message.
 */
final class GrpcRequest {
  private static final int MODEL = ModelInferRequest.MODEL_NAME_FIELD_NUMBER << SHIFT | DELIMITED;
  private static final int VERSION =
      ModelInferRequest.MODEL_VERSION_FIELD_NUMBER << SHIFT | DELIMITED;
  private static final int ID = ModelInferRequest.ID_FIELD_NUMBER << SHIFT | DELIMITED;
  private static final int PARAMETERS =
      ModelInferRequest.PARAMETERS_FIELD_NUMBER << SHIFT | DELIMITED;
  private static final int INPUTS = ModelInferRequest.INPUTS_FIELD_NUMBER << SHIFT | DELIMITED;
  private static final int OUTPUTS = ModelInferRequest.OUTPUTS_FIELD_NUMBER << SHIFT | DELIMITED;
  private static final int RAW =
      ModelInferRequest.RAW_INPUT_CONTENTS_FIELD_NUMBER << SHIFT | DELIMITED;
  private static final int OUTPUT_NAME =
      InferRequestedOutputTensor.NAME_FIELD_NUMBER << SHIFT | DELIMITED;
  private static final int OUTPUT_PARAMETERS =
      InferRequestedOutputTensor.PARAMETERS_FIELD_NUMBER << SHIFT | DELIMITED;

  private final ByteBuffer message;
  private final Bounds bounds;
  private final List<GrpcInput> inputs = new ArrayList<>();
  private final List<RequestedOutput> outputs = new ArrayList<>();
  private final List<ByteBuffer> raw = new ArrayList<>();
  private final Map<String, Object> parameters = new HashMap<>();
  private String id = "";

  private GrpcRequest(ByteBuffer message, Bounds bounds) {
    this.message = message;
    this.bounds = bounds;
  }

  /**
   * Whom a request asks.
   *
   * @param version empty where it says none
   */
  record Asked(String model, String version) {}

  /**
   * Looks for the model's name, by which the rest is read.
   *
   * @param message with an array of its own
   * @throws org.resnetserving.problem.ProblemException (TENSOR_INVALID) if it is no message
   */
  static Asked asked(ByteBuffer message) {
    String[] asked = {"", ""};
    WireFields.message(
        message,
        (tag, in) -> {
          if (tag == MODEL) {
            asked[0] = WireFields.text(in, "model_name");
          } else if (tag == VERSION) {
            asked[1] = WireFields.text(in, "model_version");
          } else {
            return false;
          }
          return true;
        });
    return new Asked(asked[0], asked[1]);
  }

  /**
   * Reads a request.
   *
   * @throws org.resnetserving.problem.ProblemException (TENSOR_INVALID, and what the bounds' memory
   *     throws)
   */
  static InferRequest read(ByteBuffer message, Bounds bounds) {
    GrpcRequest request = new GrpcRequest(message, bounds);
    WireFields.message(message, request::field);
    return new InferRequest(
        request.id, new Parameters(request.parameters), request.tensors(), request.outputs);
  }

  private boolean field(int tag, CodedInputStream in) throws IOException {
    switch (tag) {
      case ID -> id = WireFields.text(in, "id");
      case PARAMETERS -> WireFields.parameter(in, parameters);
      case INPUTS -> {
        WireFields.requireRoom(inputs.size(), Bounds.MAX_TENSORS, "inputs");
        GrpcInput input = new GrpcInput(message, bounds);
        WireFields.nested(in, input::field);
        inputs.add(input);
      }
      case OUTPUTS -> {
        WireFields.requireRoom(outputs.size(), Bounds.MAX_TENSORS, "outputs");
        outputs.add(output(in));
      }
      case RAW -> {
        WireFields.requireRoom(raw.size(), Bounds.MAX_TENSORS, "raw_input_contents");
        raw.add(WireFields.slice(in, message));
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static RequestedOutput output(CodedInputStream in) throws IOException {
    String[] name = {""};
    Map<String, Object> parameters = new HashMap<>();
    WireFields.nested(
        in,
        (tag, own) -> {
          if (tag == OUTPUT_NAME) {
            name[0] = WireFields.text(own, "name");
          } else if (tag == OUTPUT_PARAMETERS) {
            WireFields.parameter(own, parameters);
          } else {
            return false;
          }
          return true;
        });
    return new RequestedOutput(name[0], new Parameters(parameters));
  }

  private List<Tensor> tensors() {
    long without = inputs.stream().filter(input -> !input.hasContents()).count();
    if (without != raw.size()) {
      throw Tensor.invalid(
          "There are %d inputs without contents of their own, but %d raw_input_contents; each of these inputs has one, in their order."
              .formatted(without, raw.size()));
    }
    List<Tensor> tensors = new ArrayList<>();
    int next = 0;
    for (GrpcInput input : inputs) {
      tensors.add(input.hasContents() ? input.read() : input.unpacked(raw.get(next++)));
    }
    return tensors;
  }
}
