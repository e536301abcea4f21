package org.resnetserving.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.resnetserving.catalog.WeightStore;
import org.resnetserving.download.DownloadException;
import org.resnetserving.download.Progress;
import org.resnetserving.download.VerifiedFile;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.models.DescriptorException;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;
import org.resnetserving.models.ModelFile;
import org.resnetserving.network.ImportedNetwork;
import org.resnetserving.network.Weight;
import org.resnetserving.programs.Calibrations;
import org.resnetserving.programs.ChoiceMemory;
import org.resnetserving.programs.ProgramChoice;
import org.resnetserving.programs.ProgramChooser;
import org.resnetserving.programs.ProgramTrial;
import org.resnetserving.serving.ServingProperties;
import org.resnetserving.weights.WeightsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Lists models, fetches and verifies their weights, tunes, calibrates and evaluates them. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description =
        "Lists models, fetches and verifies their weights, tunes, calibrates and evaluates them.",
    customSynopsis = {
      "models list [--SETTING=VALUE]...",
      "  or:  models pull NAME... [--SETTING=VALUE]...",
      "  or:  models verify [NAME...] [--SETTING=VALUE]...",
      "  or:  models tune NAME... [--SETTING=VALUE]...",
      "  or:  models calibrate NAME FOLDER [--SETTING=VALUE]...",
      "  or:  models evaluate NAME FOLDER [--precisions=A,B] [--json=FILE] [--csv=FILE]",
      "                                   [--plot=FILE] [--SETTING=VALUE]..."
    },
    footer = {
      "",
      "Settings are the server's, such as --resnet.models-directory=, --resnet.cache-directory= and"
          + " --resnet.download.offline=true"
    })
final class ModelsCommand implements Callable<Integer> {
  private final PrintStream out;
  private final PrintStream err;

  @Spec private @Nullable CommandSpec spec;

  ModelsCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(),
        "models: list, pull, verify, tune, calibrate or evaluate?");
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = "Which models are described, and whether their weights are here.")
  int list(@Mixin ServerSettings server) {
    Settings settings = server.read();
    return list(described(settings), settings.store());
  }

  @Command(
      name = "pull",
      mixinStandardHelpOptions = true,
      description = "Fetches weights into the cache, verified.")
  int pull(
      @Mixin ServerSettings server,
      @Parameters(paramLabel = "NAME", arity = "1..*", description = "A model.")
          List<String> names) {
    Settings settings = server.read();
    return pull(chosen(server, described(settings), names), settings.store());
  }

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = "Checks the weights that are here, of all models if none is named.")
  int verify(
      @Mixin ServerSettings server,
      @Parameters(paramLabel = "NAME", arity = "0..*", description = "A model.")
          @Nullable List<String> names) {
    Settings settings = server.read();
    Map<String, ModelDescriptor> described = described(settings);
    return names == null || names.isEmpty()
        ? verify(List.copyOf(described.values()), settings.store(), false)
        : verify(chosen(server, described, names), settings.store(), true);
  }

  @Command(
      name = "tune",
      mixinStandardHelpOptions = true,
      description =
          "Times a model's programs against each other on this machine, and remembers the fastest.")
  int tune(
      @Mixin ServerSettings server,
      @Parameters(paramLabel = "NAME", arity = "1..*", description = "A model.") List<String> names)
      throws IOException, InterruptedException {
    Settings settings = server.read();
    List<ModelDescriptor> models = chosen(server, described(settings), names);
    ServingProperties serving = settings.serving();
    NativeEngine engine = NativeEngine.start(settings.cache().natives(), serving.threads());
    ProgramChooser chooser =
        new ProgramChooser(
            engine,
            new ChoiceMemory(settings.cache().choices()),
            new Calibrations(settings.cache().calibrations()),
            serving.workersOn(Runtime.getRuntime().availableProcessors()),
            true);
    for (ModelDescriptor model : models) {
      tune(model, chooser, settings);
    }
    return Commands.DONE;
  }

  static Map<String, ModelDescriptor> described(Settings settings) {
    return settings.catalog().described();
  }

  static List<ModelDescriptor> chosen(
      ServerSettings server, Map<String, ModelDescriptor> described, List<String> names) {
    List<ModelDescriptor> chosen = new ArrayList<>();
    for (String name : names) {
      ModelDescriptor model = described.get(name);
      if (model == null) {
        throw server.refusal(
            "There is no model '%s'; there are %s."
                .formatted(name, String.join(", ", described.keySet())));
      }
      chosen.add(model);
    }
    return chosen;
  }

  private int list(Map<String, ModelDescriptor> described, WeightStore store) {
    for (ModelDescriptor model : described.values()) {
      String where;
      try {
        where = store.find(model).map(found -> found.file().toString()).orElse("to be fetched");
      } catch (DownloadException | WeightsException e) {
        where = e.getMessage();
      }
      out.printf("%-26s %-36s %s%n", model.name(), model.title(), where);
    }
    return Commands.DONE;
  }

  private int pull(List<ModelDescriptor> models, WeightStore store) {
    int failed = 0;
    for (ModelDescriptor model : models) {
      try {
        out.println(model.name() + ": " + store.fetch(model, Progress.auto()).file());
      } catch (DownloadException | WeightsException | DescriptorException e) {
        err.println(e.getMessage());
        failed++;
      }
    }
    return failed == 0 ? Commands.DONE : Commands.FAILED;
  }

  private int verify(List<ModelDescriptor> models, WeightStore store, boolean mustBeHere) {
    int failed = 0;
    for (ModelDescriptor model : models) {
      try {
        List<String> wrong = new ArrayList<>();
        Optional<VerifiedFile> found = store.find(model, wrong::add);
        wrong.forEach(what -> err.println(model.name() + ": " + what));
        failed += wrong.isEmpty() ? 0 : 1;
        if (found.isPresent()) {
          String what = readThrough(model, found.get());
          out.printf(
              "%s: %s (%s), %s%n",
              model.name(),
              found.get().verified() ? "good" : "readable, but not verified: no SHA-256 is known",
              found.get().file(),
              what);
        } else {
          out.println(model.name() + ": not here");
          failed += mustBeHere && wrong.isEmpty() ? 1 : 0;
        }
      } catch (DownloadException | WeightsException | DescriptorException e) {
        err.println(model.name() + ": " + e.getMessage());
        failed++;
      }
    }
    return failed == 0 ? Commands.DONE : Commands.FAILED;
  }

  private void tune(ModelDescriptor described, ProgramChooser chooser, Settings settings)
      throws IOException, InterruptedException {
    VerifiedFile weights = weights(described, settings);
    ModelDescriptor model = ModelDescriptors.complete(described, weights.file());
    ModelFile file = ModelFile.of(model, weights.file());
    if (file.isPacked() || file.isProgram()) {
      throw new WeightsException(
          "%s is a TorchScript program, which runs as it came: there is no other to choose"
              .formatted(model.name()));
    }
    ModelDescriptor.Serving own = model.serving();
    ServingProperties defaults = settings.serving();
    try (ImportedNetwork network = file.open()) {
      ProgramChoice choice =
          chooser.tune(
              model,
              network.graph(),
              weights.sha256(),
              defaults.batchOf(model),
              own.precision() == null ? defaults.precision() : own.precision(),
              () -> false);
      choice.trials().forEach(trial -> out.println(model.name() + ": " + trial.sentence()));
      out.printf(
          "%s: %s, %s; kept in %s%n",
          model.name(),
          ProgramTrial.program(choice.kind()),
          choice.reason(),
          settings.cache().choices());
    }
  }

  static VerifiedFile weights(ModelDescriptor model, Settings settings) {
    return settings
        .store()
        .find(model)
        .orElseThrow(
            () ->
                new WeightsException(
                    "the weights of %s are not here; models pull %s brings them"
                        .formatted(model.name(), model.name())));
  }

  /**
   * Reads every weight once: a good digest of a bad file is possible. Says what the file is, and
   * what was found in it.
   */
  private static String readThrough(ModelDescriptor model, VerifiedFile found) {
    ModelFile file = ModelFile.of(ModelDescriptors.complete(model, found.file()), found.file());
    if (file.isProgram()) {
      return file.origin(null).sentence();
    }
    try (ImportedNetwork network = file.open()) {
      network.graph().layers().forEach(layer -> layer.weights().forEach(Weight::read));
      return file.origin(network).sentence();
    }
  }
}
