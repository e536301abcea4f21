package org.resnetserving.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.resnetserving.bulk.Bulk;
import org.resnetserving.bulk.ResultFormat;
import org.resnetserving.bulk.ServedClassifier;
import org.resnetserving.bulk.Shard;
import org.resnetserving.download.Progress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Classifies many pictures into a file. */
@Command(
    name = "classify",
    mixinStandardHelpOptions = true,
    description = {
      "Classifies many pictures on every core, with the server's own answers. Each picture becomes a"
          + " line of --output, in the order of the names; a file that is no good picture becomes a"
          + " line that says so. Called again after it was stopped, it goes on after the last whole"
          + " line. Settings of the server (--resnet...=...) are taken, too.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:each picture has its line, which may say why there is no answer",
      "1:it could not go on: the model failed, or names could not be read, or lines not written",
      "2:the command line is not understood; nothing was done"
    })
final class ClassifyCommand implements Callable<Integer> {
  private static final int MOST = 100_000;
  private static final String ALL = "all";

  private final PrintStream err;

  @Mixin private final ServerSettings server = new ServerSettings();

  @Parameters(
      paramLabel = "FOLDER|LIST|-",
      description = {
        "Pictures: all files of a folder and of those within; or those that a file names, one a"
            + " line; or - for such names on standard input."
      })
  private String source = "";

  @Option(
      names = "--model",
      required = true,
      paramLabel = "NAME",
      description = "Which model; 'models list' names them.")
  private String model = "";

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "Lines of JSON, or of values separated by commas if it is called .csv.")
  private Path output = Path.of("");

  @Option(
      names = "--top-k",
      defaultValue = "5",
      paramLabel = "N|all",
      description = "Predictions of a picture (${DEFAULT-VALUE}).")
  private String topK = "5";

  @Option(
      names = "--min-probability",
      paramLabel = "P",
      description = "Leaves out predictions below; without it, as the model's descriptor says.")
  private @Nullable Double minProbability;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      description = {
        "Every N-th picture, beginning with the I-th, from 0. N alone takes I from the environment: "
            + Shard.JOB_INDEX
            + ", which an Indexed Job of Kubernetes sets."
      })
  private @Nullable String shard;

  ClassifyCommand(PrintStream err) {
    this.err = err;
  }

  @Override
  public Integer call() throws Exception {
    if (minProbability != null && !(minProbability >= 0 && minProbability <= 1)) {
      throw server.refusal("--min-probability must be 0 to 1, not '" + minProbability + "'");
    }
    int most = most();
    Shard share = share();
    server.read();
    try (ServedClassifier classifier =
        ServedClassifier.open(server.arguments(), model, most, minProbability)) {
      boolean commas = output.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
      new Bulk(
              classifier,
              new ResultFormat(commas, model, classifier.most(), classifier.number()),
              share,
              err,
              Progress.onTerminal())
          .run(source, System.in, output);
    }
    return Commands.DONE;
  }

  private int most() {
    if (topK.equals(ALL)) {
      return 0;
    }
    if (topK.matches("\\d{1,6}")) {
      int most = Integer.parseInt(topK);
      if (most >= 1 && most <= MOST) {
        return most;
      }
    }
    throw server.refusal("--top-k must be 1 to %d, or all, not '%s'".formatted(MOST, topK));
  }

  private Shard share() {
    if (shard == null) {
      return Shard.WHOLE;
    }
    try {
      return Shard.parse(shard, System.getenv(Shard.JOB_INDEX));
    } catch (IllegalArgumentException e) {
      throw server.refusal("--shard: " + e.getMessage());
    }
  }
}
