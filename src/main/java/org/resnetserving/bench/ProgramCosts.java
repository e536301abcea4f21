package org.resnetserving.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.resnetserving.engine.CompiledModel;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.EngineFailure;
import org.resnetserving.engine.NativeEngine;
import org.resnetserving.engine.Session;
import org.resnetserving.network.Graph;
import org.resnetserving.network.ProgramCompiler;
import org.resnetserving.network.ProgramKind;

/**
 * One program without anything around it.
 *
 * @param kind which
 * @param failure why it does not run here; empty if it does
 * @param alone one worker, one picture at a time
 * @param together all workers at once, by batch size, per picture
 */
record ProgramCosts(String kind, String failure, Costs alone, Map<Integer, Costs> together) {
  private static final int MOST = 8;

  /** Of runs on random pixels. */
  static ProgramCosts of(
      NativeEngine engine,
      Graph graph,
      ProgramKind kind,
      int side,
      List<Integer> batches,
      int workers,
      double seconds)
      throws IOException, InterruptedException {
    try (CompiledModel model =
        engine.load(archive -> ProgramCompiler.compile(graph, kind, side, archive), side, MOST)) {
      List<Crop> crops = crops(model.cropBytes());
      Map<Integer, Costs> together = new TreeMap<>();
      for (int batch : batches) {
        together.put(batch, forward(model, crops.subList(0, batch), workers, seconds));
      }
      return new ProgramCosts(
          kind.name(), "", forward(model, crops.subList(0, 1), 1, seconds), together);
    } catch (EngineFailure | ExecutionException e) {
      return new ProgramCosts(kind.name(), String.valueOf(e.getMessage()), Costs.UNKNOWN, Map.of());
    }
  }

  private static List<Crop> crops(int bytes) {
    List<Crop> crops = new ArrayList<>();
    for (int i = 0; i < MOST; i++) {
      byte[] pixels = new byte[bytes];
      new Random(i).nextBytes(pixels);
      crops.add(new Crop(pixels));
    }
    return crops;
  }

  private static Costs forward(CompiledModel model, List<Crop> crops, int workers, double seconds)
      throws ExecutionException, InterruptedException {
    List<Callable<Runnable>> works = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      works.add(
          () -> {
            Session session = model.newSession();
            return () -> session.run(crops);
          });
    }
    return Costs.of(works, crops.size(), seconds);
  }

  /** Least processor time for a picture, of all batches; not a number if there are none. */
  double leastCpu() {
    return together.values().stream().mapToDouble(Costs::cpuMillis).min().orElse(Double.NaN);
  }

  /** Most pictures a second on all workers, of all batches; 0 if there are none. */
  double mostPerSecond() {
    return together.values().stream().mapToDouble(Costs::perSecond).max().orElse(0);
  }
}
