package org.resnetserving.upload;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.resnetserving.admission.Deadline;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;

/**
 * What a request brought: pictures as they were sent, the parameters that came with them, and until
 * when the answer is of use. Whoever holds it closes it.
 */
public final class Upload implements AutoCloseable {
  private final List<UploadedPicture> pictures;
  private final Map<String, List<String>> parameters;
  private final Deadline deadline;
  private final MemoryClaim memory;

  /**
   * @param pictures at least one, in the order they were sent
   * @param parameters of the query, and of the form or the JSON where there is one
   * @param memory that the pictures take
   */
  Upload(
      List<UploadedPicture> pictures,
      Map<String, List<String>> parameters,
      Deadline deadline,
      MemoryClaim memory) {
    this.pictures = List.copyOf(pictures);
    this.parameters = parameters;
    this.deadline = deadline;
    this.memory = memory;
  }

  /** The pictures, in the order they were sent; at least one. */
  public List<UploadedPicture> pictures() {
    return pictures;
  }

  /** {@link #pictures()}, each {@link UploadedPicture#as as} something else. */
  public <T> List<T> pictures(Function<byte[], T> whole, Function<ProblemException, T> broken) {
    return pictures.stream().map(picture -> picture.as(whole, broken)).toList();
  }

  /**
   * The picture, where one is wanted.
   *
   * @throws ProblemException (PARAMETER_INVALID) saying where they are if there are several
   */
  public UploadedPicture picture() {
    if (pictures.size() > 1) {
      throw new ProblemException(
          ProblemType.PARAMETER_INVALID,
          "The request has %d pictures (%s), and one is answered. Send one."
              .formatted(
                  pictures.size(),
                  pictures.stream()
                      .map(picture -> "'" + picture.field() + "'")
                      .collect(Collectors.joining(", "))));
    }
    return pictures.get(0);
  }

  /** What the client says of the answer it wants: in the query, and in the form or the JSON. */
  public Map<String, List<String>> parameters() {
    return parameters;
  }

  /** The same with another deadline; either one is to be closed. */
  Upload until(Deadline other) {
    return new Upload(pictures, parameters, other, memory);
  }

  /** Until when the answer is of use; it runs since the request came. */
  public Deadline deadline() {
    return deadline;
  }

  @Override
  public void close() {
    memory.close();
  }
}
