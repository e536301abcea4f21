package org.resnetserving.bulk;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.resnetserving.bulk.Answer.Guess;
import org.resnetserving.problem.ProblemException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * How results are written, a line for each picture.
 *
 * @param commas whether values are separated by commas, as spreadsheets read them; else each line
 *     is a JSON object, whose predictions are those of the HTTP answer
 * @param model that answers
 * @param most predictions of a picture
 * @param number what the number of a prediction is called: {@code probability}, or {@code value}
 *     for a model without an activation
 */
public record ResultFormat(boolean commas, String model, int most, String number) {
  private static final JsonMapper JSON = new JsonMapper();

  /** The line before all others; null if there is none. */
  @Nullable String header() {
    if (!commas) {
      return null;
    }
    List<String> columns = new ArrayList<>(List.of("path", "model", "problem", "detail"));
    for (int i = 1; i <= most; i++) {
      columns.addAll(List.of("label_" + i, "index_" + i, number + "_" + i));
    }
    return String.join(",", columns);
  }

  /** A picture's line, without its end. */
  String line(String name, Answer answer) {
    return commas ? separated(name, answer) : json(name, answer);
  }

  private String json(String name, Answer answer) {
    ObjectNode line = JSON.createObjectNode().put("path", name).put("model", model);
    ProblemException problem = answer.problem();
    if (problem != null) {
      line.put("problem", problem.type().slug()).put("detail", problem.getMessage());
    } else {
      for (Guess guess : answer.guesses()) {
        ObjectNode prediction =
            line.withArray("predictions")
                .addObject()
                .put("label", guess.label().name())
                .put("index", guess.label().index());
        if (guess.label().wnid() != null) {
          prediction.put("wnid", guess.label().wnid());
        }
        prediction.put(number, guess.number());
      }
      line.withArray("predictions");
    }
    return JSON.writeValueAsString(line);
  }

  private String separated(String name, Answer answer) {
    List<String> values = new ArrayList<>(List.of(name, model));
    ProblemException problem = answer.problem();
    values.add(problem == null ? "" : problem.type().slug());
    values.add(problem == null ? "" : String.valueOf(problem.getMessage()));
    for (int i = 0; i < most; i++) {
      if (i < answer.guesses().size()) {
        Guess guess = answer.guesses().get(i);
        values.add(guess.label().name());
        values.add(Integer.toString(guess.label().index()));
        values.add(Double.toString(guess.number()));
      } else {
        values.addAll(List.of("", "", ""));
      }
    }
    return separated(values);
  }

  /** A line of values separated by commas. */
  public static String separated(List<String> values) {
    return values.stream().map(ResultFormat::quoted).collect(Collectors.joining(","));
  }

  /** As RFC 4180 has it, but on one line: a line is what can be resumed from. */
  private static String quoted(String value) {
    String flat = value.replaceAll("[\\r\\n]+", " ");
    return flat.matches("[^\",]*") ? flat : '"' + flat.replace("\"", "\"\"") + '"';
  }

  /** Whether a line is of that picture and this model. */
  boolean isOf(String line, String name) {
    if (commas) {
      return line.startsWith(quoted(name) + "," + quoted(model) + ",");
    }
    try {
      JsonNode json = JSON.readTree(line);
      return json.path("path").asString("").equals(name)
          && json.path("model").asString("").equals(model);
    } catch (JacksonException e) {
      return false;
    }
  }
}
