package org.resnetserving.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.resnetserving.download.Progress;
import org.resnetserving.download.VerifiedFile;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.evaluate.Evaluator;
import org.resnetserving.evaluate.LabelledPictures;
import org.resnetserving.evaluate.TemperatureFit;
import org.resnetserving.image.NativeImageLibrary;
import org.resnetserving.image.PictureDecoder;
import org.resnetserving.models.Labels;
import org.resnetserving.models.ModelDescriptor;
import org.resnetserving.models.ModelDescriptors;
import org.resnetserving.models.ModelFile;
import org.resnetserving.network.Activation;
import org.resnetserving.programs.Calibrations;
import org.resnetserving.programs.Calibrator;
import org.resnetserving.serving.PictureFolder;
import org.resnetserving.weights.WeightsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Fits a model's int8 program, and its probabilities, to the user's own pictures. */
@Command(
    name = "calibrate",
    mixinStandardHelpOptions = true,
    description = {
      "Scales a model's int8 program by 32 to 2000 pictures of a folder. Where the folder has a"
          + " folder for each class, as 'models evaluate' wants it, and 100 pictures or more, it also"
          + " says which temperature makes the model right as often as it says.",
      ""
    })
final class CalibrateCommand implements Callable<Integer> {
  private final PrintStream out;
  private final PrintStream err;

  @Mixin private final ServerSettings server = new ServerSettings();

  @Parameters(index = "0", paramLabel = "NAME", description = "A model.")
  private String name = "";

  @Parameters(index = "1", paramLabel = "FOLDER", description = "Pictures as users send them.")
  private Path folder = Path.of("");

  CalibrateCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Settings settings = server.read();
    ModelDescriptor described =
        ModelsCommand.chosen(server, ModelsCommand.described(settings), List.of(name)).get(0);
    if (!Files.isDirectory(folder)) {
      throw new WeightsException("%s is no folder".formatted(folder));
    }
    VerifiedFile weights = ModelsCommand.weights(described, settings);
    ModelDescriptor model = ModelDescriptors.complete(described, weights.file());
    int status = Commands.DONE;
    try {
      scale(model, weights, settings);
    } catch (WeightsException e) {
      err.println(e.getMessage());
      status = Commands.FAILED;
    }
    try {
      temper(labelled(model));
    } catch (NotLabelledException e) {
      err.println("No temperature is looked for: " + e.getMessage());
    }
    return status;
  }

  /** The pictures cannot tell a temperature, which nobody need have meant them to. */
  private static final class NotLabelledException extends Exception {
    private static final long serialVersionUID = 1L;

    NotLabelledException(String message) {
      super(message);
    }
  }

  private LabelledPictures labelled(ModelDescriptor model) throws NotLabelledException {
    if (model.activation() != null && model.activation() != Activation.SOFTMAX) {
      throw new NotLabelledException("the model does not give one class of all");
    }
    LabelledPictures labelled;
    try {
      labelled = LabelledPictures.read(folder, Labels.of(model));
    } catch (IOException e) {
      throw new NotLabelledException(String.valueOf(e.getMessage()));
    }
    if (labelled.pictures().size() < TemperatureFit.LEAST) {
      throw new NotLabelledException(
          "it wants %d pictures or more whose class is known; there are %d"
              .formatted(TemperatureFit.LEAST, labelled.pictures().size()));
    }
    return labelled;
  }

  private void scale(ModelDescriptor model, VerifiedFile weights, Settings settings)
      throws IOException {
    Path natives = settings.cache().natives();
    PictureFolder pictures =
        new PictureFolder(
            new PictureDecoder(NativeImageLibrary.load(natives), settings.serving().decode()),
            settings.decoding().limits(),
            model.preset().square());
    pictures.take(
        folder, Calibrator.MOST, settings.upload().image().maxBytes().toBytes(), err::println);
    if (pictures.size() < Calibrator.LEAST) {
      throw new WeightsException(
          "%s has %d pictures that can be read; calibrating wants %d or more"
              .formatted(folder, pictures.size(), Calibrator.LEAST));
    }
    Calibrator.Report report =
        new Calibrator(
                NativeEngine.start(natives, settings.serving().threads()),
                new Calibrations(settings.cache().calibrations()))
            .calibrate(model, ModelFile.of(model, weights.file()), weights.sha256(), pictures);
    out.printf(
        "%s: of %d pictures int8 and fp32 agree on %d with ranges from %d others, on %d without.%n",
        model.name(), report.compared(), report.after(), report.observed(), report.before());
    out.printf(
        "The better ranges are kept in %s; the next start takes int8 into account.%n",
        report.file());
  }

  private void temper(LabelledPictures labelled) throws IOException, InterruptedException {
    TemperatureFit fit =
        new Evaluator(EvaluateCommand.quiet(server.arguments()), err, Progress.onTerminal())
            .temperature(name, labelled);
    out.printf(
        Locale.ROOT,
        "%s: temperature %.3f, fitted on %d pictures in %s. On %d others:%n",
        name,
        fit.temperature(),
        fit.fitted(),
        fit.precision(),
        fit.held());
    for (TemperatureFit.Check check : fit.checks()) {
      out.printf(
          Locale.ROOT,
          "  temperature %6.3f: log loss %.4f, expected calibration error %.4f%n",
          check.temperature(),
          check.logLoss(),
          check.calibrationError());
    }
    out.printf(
        Locale.ROOT,
        "Answers are as before. 'temperature: %.3f' in the model's descriptor makes their"
            + " probabilities so; unsure_below and min_probability are of those then.%n",
        fit.temperature());
  }
}
