package org.resnetserving.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.resnetserving.catalog.Calibrator;
import org.resnetserving.catalog.CatalogProperties;
import org.resnetserving.catalog.ModelDescriptor;
import org.resnetserving.catalog.ModelDescriptors;
import org.resnetserving.catalog.WeightStore;
import org.resnetserving.download.DownloadException;
import org.resnetserving.download.Progress;
import org.resnetserving.download.VerifiedFile;
import org.resnetserving.weights.StateDict;
import org.resnetserving.weights.WeightFiles;
import org.resnetserving.weights.WeightsException;

/** Lists models, fetches and verifies their weights, and calibrates them, ahead of serving. */
final class ModelsCommand implements Command {
  private final PrintStream out;
  private final PrintStream err;

  ModelsCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public String name() {
    return "models";
  }

  @Override
  public String usage() {
    return """
      models list              which models are described, and whether their weights are here
      models pull NAME...      fetches their weights into the cache, verified
      models verify [NAME...]  checks the weights that are here, of all models if none is named
      models calibrate NAME FOLDER
                               scales the model's int8 program by 32 to 2000 pictures of the folder
        Settings are the server's, such as --resnet.models-directory=, --resnet.cache-directory=
        and --resnet.download.offline=true""";
  }

  @Override
  public int run(List<String> arguments) throws IOException {
    Settings settings = Settings.of(arguments);
    if (settings.words().isEmpty()) {
      throw new UsageException("models: list, pull, verify or calibrate?");
    }
    Map<String, ModelDescriptor> described =
        ModelDescriptors.readFolder(settings.properties().modelsDirectory());
    WeightStore store = WeightStore.of(settings.properties());
    List<String> names = settings.words().subList(1, settings.words().size());
    return switch (settings.words().get(0)) {
      case "list" -> list(described, store);
      case "pull" -> pull(chosen(described, names), store);
      case "verify" ->
          verify(
              names.isEmpty() ? List.copyOf(described.values()) : chosen(described, names),
              store,
              !names.isEmpty());
      case "calibrate" -> calibrate(described, names, settings.properties());
      default -> throw new UsageException("There is no 'models " + settings.words().get(0) + "'.");
    };
  }

  private static List<ModelDescriptor> chosen(
      Map<String, ModelDescriptor> described, List<String> names) {
    if (names.isEmpty()) {
      throw new UsageException("Name at least one model.");
    }
    List<ModelDescriptor> chosen = new ArrayList<>();
    for (String name : names) {
      ModelDescriptor model = described.get(name);
      if (model == null) {
        throw new UsageException(
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
    return 0;
  }

  private int pull(List<ModelDescriptor> models, WeightStore store) {
    int failed = 0;
    for (ModelDescriptor model : models) {
      try {
        out.println(model.name() + ": " + store.fetch(model, Progress.auto()).file());
      } catch (DownloadException | WeightsException e) {
        err.println(e.getMessage());
        failed++;
      }
    }
    return failed == 0 ? 0 : 1;
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
          readThrough(model, found.get());
          out.printf(
              "%s: %s (%s)%n",
              model.name(),
              found.get().verified() ? "good" : "readable, but not verified: no SHA-256 is known",
              found.get().file());
        } else {
          out.println(model.name() + ": not here");
          failed += mustBeHere && wrong.isEmpty() ? 1 : 0;
        }
      } catch (DownloadException | WeightsException e) {
        err.println(model.name() + ": " + e.getMessage());
        failed++;
      }
    }
    return failed == 0 ? 0 : 1;
  }

  private int calibrate(
      Map<String, ModelDescriptor> described, List<String> words, CatalogProperties properties)
      throws IOException {
    if (words.size() != 2) {
      throw new UsageException("Name a model and a folder of pictures.");
    }
    ModelDescriptor model = chosen(described, words.subList(0, 1)).get(0);
    Calibrator.Report report =
        new Calibrator(properties, err::println).calibrate(model, Path.of(words.get(1)));
    out.printf(
        "%s: of %d pictures int8 and fp32 agree on %d with ranges from %d others, on %d without.%n",
        model.name(), report.compared(), report.after(), report.observed(), report.before());
    out.printf(
        "The better ranges are kept in %s; the next start takes int8 into account.%n",
        report.file());
    return 0;
  }

  /** Reads every tensor once: a good digest of a bad file is possible. */
  private static void readThrough(ModelDescriptor model, VerifiedFile found) {
    if (WeightStore.formatOf(model, found).isStateDict()) {
      try (StateDict weights = WeightFiles.open(found.file())) {
        weights.names().stream().filter(weights::isFloatingPoint).forEach(weights::read);
      }
    }
  }
}
