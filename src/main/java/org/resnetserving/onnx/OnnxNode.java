package org.resnetserving.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.resnetserving.weights.ProtobufMessage;

/**
 * An operator and what it is applied to.
 *
 * @param domain of the operator; empty for the standard ones
 * @param inputs values that it reads; empty where one is left out
 * @param outputs values that it makes
 */
record OnnxNode(
    String name,
    String type,
    String domain,
    List<String> inputs,
    List<String> outputs,
    Map<String, ProtobufMessage> attributes) {

  static OnnxNode of(ProtobufMessage node) {
    Map<String, ProtobufMessage> attributes = new HashMap<>();
    for (ProtobufMessage attribute : node.messages(5, "an attribute")) {
      attributes.put(attribute.text(1, ""), attribute);
    }
    return new OnnxNode(
        node.text(3, ""),
        node.text(4, ""),
        node.text(7, ""),
        node.texts(1),
        node.texts(2),
        attributes);
  }

  /** Whether an input is there. */
  boolean has(int input) {
    return input < inputs.size() && !inputs.get(input).isEmpty();
  }

  /** What messages call it. */
  String title() {
    String called = name.isEmpty() && !outputs.isEmpty() ? outputs.get(0) : name;
    return "node %s (%s)".formatted(called, domain.isEmpty() ? type : domain + "." + type);
  }

  long integer(String attribute, long otherwise) {
    ProtobufMessage found = attributes.get(attribute);
    return found == null ? otherwise : found.integer(3, 0);
  }

  float real(String attribute, float otherwise) {
    ProtobufMessage found = attributes.get(attribute);
    return found == null ? otherwise : found.real(2, 0);
  }

  String text(String attribute, String otherwise) {
    ProtobufMessage found = attributes.get(attribute);
    return found == null ? otherwise : found.text(4, "");
  }

  /** A list of whole numbers; null if it is left out. */
  @Nullable List<Long> integers(String attribute) {
    ProtobufMessage found = attributes.get(attribute);
    return found == null ? null : found.integers(8);
  }

  List<Long> integers(String attribute, List<Long> otherwise) {
    List<Long> found = integers(attribute);
    return found == null ? otherwise : found;
  }

  /** A tensor; null if it is left out. */
  @Nullable OnnxTensor tensor(String attribute) {
    ProtobufMessage found = attributes.get(attribute);
    return found == null ? null : OnnxTensor.of(found.message(5, "a tensor"), title());
  }
}
