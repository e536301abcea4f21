package org.resnetserving.remote;

import java.io.IOException;
import java.io.InputStream;
import org.resnetserving.admission.Deadline;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/** Pictures that clients name by their URL. */
@FunctionalInterface
public interface RemotePictures {
  /** Characters that a URL may have: signed ones of object stores have a thousand. */
  int LONGEST_URL = 2048;

  /** Takes a picture as it comes. */
  @FunctionalInterface
  interface Sink {
    /**
     * Takes the picture.
     *
     * @param announced how many bytes it is said to have; negative where that is not said
     * @param body them, or how ever many come; whatever it throws is to be thrown on
     * @throws ProblemException if they are not wanted: nothing more is read
     */
    void take(long announced, InputStream body) throws IOException;
  }

  /**
   * Fetches a picture.
   *
   * @param deadline of the request that it is for
   * @param sink what takes it, unless this fails before
   * @throws ProblemException (URL_NOT_ALLOWED, URL_FETCH_FAILED) for what is wrong with this
   *     picture; (OVERLOADED, DEADLINE_EXCEEDED, SHUTTING_DOWN); and what the sink throws
   */
  void fetch(String url, Deadline deadline, Sink sink);

  /** Fetches none. */
  static RemotePictures none() {
    return (url, deadline, sink) -> {
      throw new ProblemException(
          ProblemType.URL_NOT_ALLOWED,
          "Pictures are not fetched from their URLs here. Send the picture itself; or whoever runs the service allows it with resnet.url.hosts, the hosts that they may be at.");
    };
  }
}
