package org.resnetserving.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.resnetserving.download.Progress;
import org.resnetserving.evaluate.Evaluation;
import org.resnetserving.evaluate.EvaluationCsv;
import org.resnetserving.evaluate.EvaluationJson;
import org.resnetserving.evaluate.EvaluationPlot;
import org.resnetserving.evaluate.EvaluationText;
import org.resnetserving.evaluate.Evaluator;
import org.resnetserving.models.ModelDescriptor.Precision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Counts how often a model is right. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Counts how often a model is right on pictures whose classes are known, in each precision, with"
          + " the server's own answers: top-1, top-5, log loss, expected calibration error, and what"
          + " a precision changes, with intervals. Settings of the server (--resnet...=...) are"
          + " taken, too.",
      ""
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:it was counted; pictures that cannot be read are listed",
      "1:it could not be counted, or not in a precision that was asked for",
      "2:the command line is not understood; nothing was done"
    })
final class EvaluateCommand implements Callable<Integer> {
  private static final String LOGGING = "--logging.level";
  private static final List<Precision> ALL =
      List.of(Precision.FP32, Precision.BF16, Precision.INT8);

  private final PrintStream out;
  private final PrintStream err;

  @Mixin private final ServerSettings server = new ServerSettings();

  @Parameters(index = "0", paramLabel = "NAME", description = "A model; 'models list' names them.")
  private String model = "";

  @Parameters(
      index = "1",
      paramLabel = "FOLDER",
      description = {
        "In it a folder for each class, named by its label, WordNet id or index, with pictures of"
            + " it."
      })
  private Path folder = Path.of("");

  @Option(
      names = "--precisions",
      split = ",",
      paramLabel = "A,B",
      description = {
        "Of fp32, bf16, int8, auto; without it, those of the first three that work here. The first"
            + " is what others are compared with."
      })
  private @Nullable List<Precision> precisions;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "All of it as JSON: classes and confusions, too.")
  private @Nullable Path json;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Recall and precision of each class, separated by commas.")
  private @Nullable Path csv;

  @Option(
      names = "--plot",
      paramLabel = "FILE.svg",
      description = {
        "A picture of each precision: reliability diagram, histogram of confidence, accuracy of the"
            + " most confident answers."
      })
  private @Nullable Path plot;

  EvaluateCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    for (String setting : server.arguments()) {
      if (setting.toLowerCase(Locale.ROOT).startsWith(Evaluator.SETTING)) {
        throw server.refusal("%s: --precisions says it".formatted(setting));
      }
    }
    List<Precision> chosen = precisions == null ? ALL : precisions.stream().distinct().toList();
    server.read();
    Evaluation evaluation =
        new Evaluator(quiet(server.arguments()), err, Progress.onTerminal())
            .evaluate(model, folder, chosen);
    EvaluationText.lines(evaluation).forEach(out::println);
    if (json != null) {
      Files.writeString(json, EvaluationJson.of(evaluation));
    }
    if (csv != null) {
      Files.write(csv, EvaluationCsv.lines(evaluation));
    }
    if (plot != null) {
      Files.writeString(plot, EvaluationPlot.of(evaluation));
    }
    return precisions == null || evaluation.missing().isEmpty() ? Commands.DONE : Commands.FAILED;
  }

  /**
   * The settings, and that little is logged unless they say so: standard output is for a report.
   */
  static List<String> quiet(List<String> settings) {
    List<String> all = new ArrayList<>(settings);
    if (settings.stream().noneMatch(setting -> setting.startsWith(LOGGING))) {
      all.add(LOGGING + ".root=warn");
    }
    return all;
  }
}
