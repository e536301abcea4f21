package org.resnetserving.serving;

import java.util.List;
import org.resnetserving.engine.Crop;
import org.resnetserving.engine.Inference;
import org.resnetserving.engine.Session;
import org.resnetserving.pool.Predictor;

/** A worker's session with a network, warm from the start. */
public final class SessionPredictor implements Predictor<Crop, Inference> {
  private final Session session;

  /**
   * @param session warmed up here; closed with this
   */
  public SessionPredictor(Session session) {
    this.session = session;
    try {
      session.warmUp();
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  @Override
  public List<Inference> run(List<Crop> batch) {
    return session.run(batch);
  }

  @Override
  public void close() {
    session.close();
  }
}
