package org.resnetserving.dataplane;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.resnetserving.explain.ClassActivationMap;
import org.resnetserving.image.Geometry;

/**
 * Why a network thinks so of one class of a picture.
 *
 * @param model name of the model that answered
 * @param explained the class
 * @param grid how much each part of the picture counts for it
 * @param picture the picture as it is stored
 */
public record ExplainResponse(
    @Schema(example = "resnet50-tiny-imagenet") String model,
    @JsonProperty("class") RankedLabel explained,
    Grid grid,
    StoredPicture picture) {

  /**
   * A class activation map.
   *
   * @param rows of the grid
   * @param columns of the grid
   * @param values row by row, in units of the class's logit
   * @param min the least of them
   * @param max the greatest of them
   * @param bias of the class's logit, which is the mean of the values and this
   * @param region where the grid lies in the picture as it is stored: its upper left, upper right,
   *     lower right and lower left corner as seen upright. It may reach beyond the picture where
   *     the network is shown padding
   */
  public record Grid(
      @Schema(example = "7") int rows,
      @Schema(example = "7") int columns,
      List<float[]> values,
      float min,
      float max,
      float bias,
      List<Corner> region) {
    static Grid of(Explanation explanation) {
      ClassActivationMap map = explanation.map();
      Geometry geometry = explanation.geometry();
      int side = explanation.side();
      return new Grid(
          map.rows(),
          map.columns(),
          IntStream.range(0, map.rows())
              .mapToObj(
                  row ->
                      Arrays.copyOfRange(
                          map.values(), row * map.columns(), (row + 1) * map.columns()))
              .toList(),
          map.min(),
          map.max(),
          map.bias(),
          List.of(
              Corner.of(geometry.stored(0, 0)),
              Corner.of(geometry.stored(side, 0)),
              Corner.of(geometry.stored(side, side)),
              Corner.of(geometry.stored(0, side))));
    }
  }

  /**
   * A position in pixels from the upper left of the picture as it is stored; a pixel's middle is at
   * a half.
   */
  public record Corner(double x, double y) {
    static Corner of(Geometry.Point point) {
      return new Corner(point.x(), point.y());
    }
  }

  /**
   * The picture as it is stored.
   *
   * @param width in pixels
   * @param height in pixels
   * @param orientation how it is turned to be seen, from 1 (as it is) to 8, as EXIF counts
   */
  public record StoredPicture(
      @Schema(example = "640") int width,
      @Schema(example = "480") int height,
      @Schema(example = "1", minimum = "1", maximum = "8") int orientation) {}

  /** What is said of an explanation by that model. */
  public static ExplainResponse of(String model, Explanation explanation) {
    Geometry geometry = explanation.geometry();
    return new ExplainResponse(
        model,
        explanation.prediction(),
        Grid.of(explanation),
        new StoredPicture(geometry.width(), geometry.height(), geometry.orientation()));
  }
}
