package org.resnetserving.pool;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** Writes down what it is told. */
final class Recorder implements LaneListener {
  final List<String> events = new CopyOnWriteArrayList<>();

  @Override
  public void onBatch(String lane, int size, long[] queueNanos, long runNanos) {
    events.add(lane + " batch " + size + " queues " + queueNanos.length);
  }

  @Override
  public void onRejected(String lane, ProblemType reason) {
    events.add(lane + " rejected " + reason);
  }

  @Override
  public void onExpired(String lane, Duration spent) {
    events.add(lane + " expired " + spent);
  }

  @Override
  public void onAbandoned(String lane) {
    events.add(lane + " abandoned");
  }

  @Override
  public void onFailed(String lane, ProblemException problem) {
    events.add(lane + " failed " + problem.type());
  }

  @Override
  public void onReplaced(String lane) {
    events.add(lane + " replaced");
  }

  @Override
  public void onBroken(String lane, Throwable cause) {
    events.add(lane + " broken " + cause.getMessage());
  }
}
