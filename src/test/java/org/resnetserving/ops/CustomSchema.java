package org.resnetserving.ops;

import static org.resnetserving.ops.Manifests.stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The schema of a custom resource as its authors publish it, and what an API server with {@code
 * fieldValidation=Strict} would say by it. Covers the keywords that the vendored definitions use,
 * and refuses to judge by one that it does not know.
 */
final class CustomSchema {

  /** Keywords that say nothing about what is allowed, or only how lists are merged. */
  private static final List<String> SILENT =
      List.of("description", "default", "format", "x-kubernetes-list-type");

  private final JsonNode root;

  private CustomSchema(JsonNode root) {
    this.root = root;
  }

  /** From the definition {@code crds/<file>} among the tests' resources. */
  static CustomSchema of(String file, String version) {
    try {
      JsonNode definition =
          Manifests.yaml(Files.readString(Path.of("src/test/resources/crds", file)));
      return new CustomSchema(
          stream(definition.at("/spec/versions"))
              .filter(offered -> offered.get("name").asText().equals(version))
              .findFirst()
              .orElseThrow()
              .at("/schema/openAPIV3Schema"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is wrong with the object, in words; empty if nothing is. */
  List<String> complaints(JsonNode object) {
    List<String> complaints = new ArrayList<>();
    // Kubernetes' own part is the same for all kinds, and the definition leaves it open.
    root.get("properties")
        .properties()
        .forEach(
            property -> {
              JsonNode value = object.get(property.getKey());
              if (value != null && !property.getKey().equals("metadata")) {
                check(property.getKey(), property.getValue(), value, complaints);
              }
            });
    for (JsonNode name : root.path("required")) {
      if (!object.has(name.asText())) {
        complaints.add(name.asText() + " is missing");
      }
    }
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!root.get("properties").has(name)) {
                complaints.add(name + " is unknown");
              }
            });
    return complaints;
  }

  private static void check(String path, JsonNode schema, JsonNode value, List<String> complaints) {
    for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
      JsonNode wanted = keyword.getValue();
      switch (keyword.getKey()) {
        case "type" -> {
          if (!hasType(value, wanted.asText())) {
            complaints.add("%s is no %s: %s".formatted(path, wanted.asText(), value));
            return;
          }
        }
        case "enum" -> {
          if (stream(wanted).noneMatch(value::equals)) {
            complaints.add("%s is none of %s: %s".formatted(path, wanted, value));
          }
        }
        case "required" -> {
          for (JsonNode name : wanted) {
            if (!value.has(name.asText())) {
              complaints.add("%s.%s is missing".formatted(path, name.asText()));
            }
          }
        }
        case "items" -> {
          for (int i = 0; i < value.size(); i++) {
            check("%s[%d]".formatted(path, i), wanted, value.get(i), complaints);
          }
        }
        case "minimum" -> {
          if (value.asDouble() < wanted.asDouble()) {
            complaints.add("%s is less than %s: %s".formatted(path, wanted, value));
          }
        }
        case "x-kind" -> {
          KubernetesKinds.complaint(wanted.asText(), value)
              .ifPresent(complaint -> complaints.add(path + " is " + complaint));
          return;
        }
        case "properties", "additionalProperties", "x-inlined" -> {
          // Below, together.
        }
        default -> {
          if (!SILENT.contains(keyword.getKey())) {
            throw new AssertionError("A keyword that is not understood: " + keyword.getKey());
          }
        }
      }
    }
    if (value.isObject()) {
      JsonNode named = schema.path("properties");
      if (schema.has("x-inlined")) {
        ObjectNode inlined = value.deepCopy();
        named.fieldNames().forEachRemaining(inlined::remove);
        KubernetesKinds.complaint(schema.get("x-inlined").asText(), inlined)
            .ifPresent(complaint -> complaints.add(path + " is " + complaint));
      }
      value
          .properties()
          .forEach(
              field -> {
                String child = path + "." + field.getKey();
                JsonNode known = named.path(field.getKey());
                JsonNode others = schema.path("additionalProperties");
                if (known.isObject() || others.isObject()) {
                  check(child, known.isObject() ? known : others, field.getValue(), complaints);
                } else if (!schema.has("x-inlined")) {
                  complaints.add(child + " is unknown");
                }
              });
    }
  }

  private static boolean hasType(JsonNode value, String type) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      default -> throw new AssertionError("A type that is not understood: " + type);
    };
  }
}
