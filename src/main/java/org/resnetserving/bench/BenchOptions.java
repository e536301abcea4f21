package org.resnetserving.bench;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.convert.DurationStyle;

/**
 * What to measure.
 *
 * @param size side of the square that the network sees
 * @param seconds how long each cell is measured
 * @param quick fewer cells, shorter
 * @param json where the results go as JSON as well
 * @param url of a service that runs already; null starts one, and the baselines
 * @param pid of that service, for its processor time and memory
 * @param model which model
 * @param modelsDirectory where its descriptor is
 * @param precisions to try
 * @param soak how many requests to watch the memory over; 0 runs the benchmark instead
 * @param soakTime how long to watch what the service holds; null does not
 * @param form whether pictures go as forms, as curl -F sends them
 * @param field of the form
 * @param workers of the service at {@code url}, for what theory says of its tail
 * @param deadline seconds after which an answer is of no use
 * @param natives the folder that the service unpacks natives into
 * @param javaOptions of the services that are started
 * @param serviceOptions further arguments of the service that is started
 */
public record BenchOptions(
    int size,
    double seconds,
    boolean quick,
    @Nullable Path json,
    @Nullable URI url,
    long pid,
    String model,
    Path modelsDirectory,
    List<String> precisions,
    int soak,
    @Nullable Duration soakTime,
    boolean form,
    String field,
    int workers,
    double deadline,
    Path natives,
    List<String> javaOptions,
    List<String> serviceOptions) {

  /** What the arguments are, a line each. */
  public static final String USAGE =
      """
      bench [options]
          --size 224             side of the square that the network sees
          --seconds 8            how long each cell is measured
          --quick                fewer cells, shorter ones
          --json FILE            the results as JSON as well
          --url http://host:port measures a service that runs (--pid N: its processor time, memory);
                                 with a path, any server that takes a JPEG there
          --model NAME           which model (resnet50-tiny-imagenet)
          --models-directory DIR where its descriptor is (models)
          --precisions A,B       to try (fp32,bf16,int8)
          --soak N               5 000 requests to warm up, then memory over N more, nothing else
          --soak 1h              memory, file descriptors and threads over that time, nothing else
          --form                 sends forms, not bare pictures
          --field NAME           of these forms (image)
          --workers N            of the service at --url, for the tail that theory gives it (cores)
          --deadline 10          seconds after which an answer is of no use
          --java "OPTIONS"       of the services that are started
          --service "ARGUMENTS"  further arguments of the service that is started""";

  private static final double QUICK_SECONDS = 3;
  private static final double SECONDS = 8;
  private static final Duration SHORTEST_SOAK = Duration.ofMinutes(1);
  private static final Duration LONGEST_SOAK = Duration.ofDays(30);
  private static final Set<String> FLAGS = Set.of("--quick", "--form");

  /** Their values look like options. */
  private static final Set<String> TAKE_OPTIONS = Set.of("--java", "--service");

  public BenchOptions {
    precisions = List.copyOf(precisions);
    javaOptions = List.copyOf(javaOptions);
    serviceOptions = List.copyOf(serviceOptions);
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static BenchOptions parse(List<String> arguments) {
    Reader reader = new Reader(arguments);
    boolean quick = reader.flag("--quick");
    String json = reader.value("--json", null);
    String url = reader.value("--url", null);
    String soak = reader.text("--soak", "0");
    boolean counted = soak.matches("\\d+");
    String field = reader.text("--field", Requests.IMAGE);
    boolean form = reader.flag("--form") || !field.equals(Requests.IMAGE);
    BenchOptions options =
        new BenchOptions(
            (int) reader.number("--size", 224, 32, 2048),
            reader.number("--seconds", quick ? QUICK_SECONDS : SECONDS, 0.1, 3600),
            quick,
            json == null ? null : Path.of(json),
            url == null ? null : URI.create(url),
            (long) reader.number("--pid", 0, 0, Integer.MAX_VALUE),
            reader.text("--model", "resnet50-tiny-imagenet"),
            Path.of(reader.text("--models-directory", "models")),
            List.of(reader.text("--precisions", "fp32,bf16,int8").split(",")),
            counted ? (int) number("--soak", soak, 0, 100_000_000) : 0,
            counted ? null : time("--soak", soak),
            form,
            field,
            (int)
                reader.number("--workers", Runtime.getRuntime().availableProcessors(), 1, 100_000),
            reader.number("--deadline", 10, 0.001, 3600),
            Path.of(System.getProperty("user.home"), ".cache", "resnet-serving", "native"),
            words(reader.text("--java", "")),
            words(reader.text("--service", "")));
    reader.refuseRest();
    return options;
  }

  /** Whether any other server is measured, at its own path. */
  boolean isPeer() {
    return url != null && url.getRawPath() != null && url.getRawPath().length() > 1;
  }

  /** Whether a service is watched for a long time, and nothing else done. */
  boolean soaks() {
    return soak > 0 || soakTime != null;
  }

  private static double number(String name, String text, double least, double most) {
    try {
      double number = Double.parseDouble(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "%s must be a number from %s to %s, not '%s'".formatted(name, least, most, text));
  }

  private static Duration time(String name, String text) {
    try {
      Duration time = DurationStyle.SIMPLE.parse(text);
      if (time.compareTo(SHORTEST_SOAK) >= 0 && time.compareTo(LONGEST_SOAK) <= 0) {
        return time;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new IllegalArgumentException(
        "%s must be a number of requests, or a time from 1m to 30d, not '%s'"
            .formatted(name, text));
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
  }

  /** Takes options off a command line. */
  private static final class Reader {
    private final List<String> left;

    Reader(List<String> arguments) {
      left = new ArrayList<>();
      for (String argument : arguments) {
        int equals = argument.indexOf('=');
        boolean value = !left.isEmpty() && TAKE_OPTIONS.contains(left.get(left.size() - 1));
        if (argument.startsWith("--") && equals > 0 && !value) {
          left.add(argument.substring(0, equals));
          left.add(argument.substring(equals + 1));
        } else {
          left.add(argument);
        }
      }
    }

    boolean flag(String name) {
      return left.remove(name);
    }

    String text(String name, String otherwise) {
      String value = value(name, otherwise);
      return value == null ? otherwise : value;
    }

    @Nullable String value(String name, @Nullable String otherwise) {
      int at = left.indexOf(name);
      if (at < 0) {
        return otherwise;
      }
      left.remove(at);
      if (at >= left.size() || FLAGS.contains(name)) {
        throw new IllegalArgumentException(name + " wants a value");
      }
      return left.remove(at);
    }

    double number(String name, double otherwise, double least, double most) {
      String text = value(name, null);
      if (text == null) {
        return otherwise;
      }
      return BenchOptions.number(name, text, least, most);
    }

    void refuseRest() {
      if (!left.isEmpty()) {
        throw new IllegalArgumentException("What is '%s'?".formatted(left.get(0)));
      }
    }
  }
}
