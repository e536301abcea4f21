package org.resnetserving.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Prints what was measured, as it comes, as a summary, and as JSON. */
final class Report {
  /** Cores that others may keep busy before it is remarked upon. */
  private static final double OTHERS = 0.1;

  private final PrintStream out;
  private final Machine machine;
  private final List<Cell> cells = new ArrayList<>();
  private final List<Target> targets = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Map<String, Object> raw = new LinkedHashMap<>();
  private final List<SoakSample> samples = new ArrayList<>();

  Report(PrintStream out, Machine machine) {
    this.out = out;
    this.machine = machine;
  }

  /** What it is measured on, and where the logs are, if services are started. */
  void begin(@Nullable Path folder) {
    out.printf(
        "%s, %d cores, %s; Java %s%n",
        machine.processor(),
        machine.cores(),
        machine.features(),
        System.getProperty("java.version"));
    if (folder != null) {
      out.printf("Logs and descriptors in %s%n", folder);
    }
    out.println(Cell.header());
  }

  Cell add(Cell cell) {
    cells.add(cell);
    out.println(cell.row());
    return cell;
  }

  void add(SoakSample sample) {
    samples.add(sample);
    out.println(sample.row());
  }

  Target add(Target target) {
    targets.add(target);
    return target;
  }

  void note(String note) {
    notes.add(note);
    out.println(note);
  }

  /** What the parts cost, of each round; the last is printed. */
  void add(String precision, List<RawForward.Result> rounds) {
    raw.put(precision, rounds);
    RawForward.Result parts = rounds.get(rounds.size() - 1);
    for (ProgramCosts program : parts.programs()) {
      if (!program.failure().isEmpty()) {
        note("The program %s alone: %s".formatted(program.kind(), program.failure()));
        continue;
      }
      out.printf(
          "The program %s alone: one worker, one picture: %s ms; all workers, by batch:",
          program.kind(), Cell.number(program.alone().millis()));
      program
          .together()
          .forEach(
              (batch, costs) ->
                  out.printf(
                      "  %d: %s img/s, %s ms of processor time each",
                      batch, Cell.number(costs.perSecond()), Cell.number(costs.cpuMillis())));
      out.println();
    }
    Peak peak = parts.peak();
    note(
        ("In %s the network does %s GMAC/s on all workers: %s %% of the %s GMAC/s of a chain of"
                + " 1×1 convolutions of 512 channels in the same libtorch, which stand for this"
                + " processor's own peak.")
            .formatted(
                precision,
                Cell.number(peak.networkGigaMacs()),
                Cell.number(peak.share()),
                Cell.number(peak.peakGigaMacs())));
    parts
        .decode()
        .forEach(
            (how, costs) ->
                out.printf(
                    "Decoding %s: %s ms, %s ms of processor time%n",
                    how, Cell.number(costs.millis()), Cell.number(costs.cpuMillis())));
  }

  /** The targets, what spoils the figures, and the file. */
  void end(@Nullable Path json) throws IOException {
    out.println();
    targets.forEach(target -> out.println(target.row()));
    double others =
        cells.stream().mapToDouble(Cell::othersCores).filter(Double::isFinite).max().orElse(0);
    if (others > OTHERS) {
      note(
          ("Other processes kept up to %s of %d cores busy: these figures are worse than the"
                  + " machine can do; ratios are what to look at.")
              .formatted(Cell.number(others), machine.cores()));
    }
    if (json != null) {
      Files.writeString(
          json,
          new JsonMapper()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(
                  Map.of(
                      "machine", machine,
                      "cells", cells,
                      "raw", raw,
                      "targets", targets,
                      "soak", samples,
                      "notes", notes)));
    }
  }
}
