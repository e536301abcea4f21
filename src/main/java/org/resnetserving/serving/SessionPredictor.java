package org.resnetserving.serving;

import java.util.List;
import org.resnetserving.crash.NativeWork;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.Inference;
import org.resnetserving.engine.Session;
import org.resnetserving.pool.Predictor;

/** A worker's session with a network, warm from the start. */
public final class SessionPredictor implements Predictor<Crop, Inference> {
  private final String model;
  private final Session session;

  /**
   * @param model whose network it is
   * @param session warmed up here; closed with this
   * @param bytes told how large its answers are
   */
  public SessionPredictor(String model, Session session, AnswerBytes bytes) {
    this.model = model;
    this.session = session;
    try (NativeWork work = NativeWork.running(model, 1)) {
      bytes.learn(session.warmUp());
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  @Override
  public List<Inference> run(List<Crop> batch) {
    try (NativeWork work = NativeWork.running(model, batch.size())) {
      return session.run(batch);
    }
  }

  @Override
  public void close() {
    session.close();
  }
}
