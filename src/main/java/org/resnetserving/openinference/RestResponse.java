package org.resnetserving.openinference;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * An answer as a body: JSON, and behind it the tensors that were asked for in binary.
 *
 * @param bytes the body
 * @param jsonLength how many of them are JSON; all, where no tensor is binary
 */
@SuppressWarnings("ArrayRecordComponent") // Made once, compared never.
record RestResponse(byte[] bytes, int jsonLength) {
  private static final JsonFactory JSON = new JsonFactory();

  /** Whether tensors follow the JSON. */
  boolean isBinary() {
    return jsonLength < bytes.length;
  }

  /** Writes the answer as the request wants it. */
  static RestResponse of(InferResponse response, InferRequest request) {
    List<Tensor> binary = new ArrayList<>();
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), header)) {
      json.writeStartObject();
      json.writeStringProperty("model_name", response.model());
      json.writeStringProperty("model_version", response.version());
      if (!response.id().isEmpty()) {
        json.writeStringProperty("id", response.id());
      }
      json.writeArrayPropertyStart("outputs");
      for (int i = 0; i < response.outputs().size(); i++) {
        Tensor output = response.outputs().get(i);
        boolean isBinary = isBinary(request, i);
        if (isBinary) {
          binary.add(output);
        }
        write(output, isBinary, json);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    ByteBuffer body =
        ByteBuffer.allocate(header.size() + binary.stream().mapToInt(Tensor::packedSize).sum());
    body.put(header.toByteArray());
    binary.forEach(tensor -> tensor.pack(body));
    return new RestResponse(body.array(), header.size());
  }

  private static boolean isBinary(InferRequest request, int output) {
    boolean all = request.parameters().flag(Parameters.BINARY_DATA_OUTPUT, false);
    return request.outputs().isEmpty()
        ? all
        : request.outputs().get(output).parameters().flag(Parameters.BINARY_DATA, all);
  }

  private static void write(Tensor tensor, boolean binary, JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("name", tensor.name());
    json.writeStringProperty("datatype", tensor.datatype().name());
    json.writeArrayPropertyStart("shape");
    tensor.shape().sizes().forEach(json::writeNumber);
    json.writeEndArray();
    if (binary) {
      json.writeObjectPropertyStart("parameters");
      json.writeNumberProperty(Parameters.BINARY_DATA_SIZE, tensor.packedSize());
      json.writeEndObject();
    } else {
      json.writeArrayPropertyStart("data");
      tensor.data().forEach(part -> write(tensor.datatype(), part, json));
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static void write(Datatype datatype, ByteBuffer part, JsonGenerator json) {
    ByteBuffer data = part.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (datatype == Datatype.BYTES) {
      json.writeString(StandardCharsets.UTF_8.decode(data).toString());
      return;
    }
    while (data.hasRemaining()) {
      if (datatype == Datatype.FP32) {
        json.writeNumber(data.getFloat());
      } else {
        json.writeNumber(data.get() & 0xff);
      }
    }
  }
}
