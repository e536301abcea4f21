package org.resnetserving.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is made of one picture while it is decoded once: one view of it, or several. A view is a
 * part of the picture resized, and may be mirrored.
 */
public final class Cut {
  private static final double HALF = 0.5;

  private final Map<View, Integer> views;

  private Cut(Map<View, Integer> views) {
    this.views = views;
  }

  /** A part, as it is or with left and right exchanged. */
  record View(Part part, boolean mirrored) {}

  /** The square that a network reads. */
  public static Cut crop(Picture picture, Preset preset) {
    return crop(picture.extent(), preset);
  }

  static Cut crop(Extent extent, Preset preset) {
    return new Cut(Map.of(new View(Part.of(Geometry.of(extent, preset), preset), false), 1));
  }

  /**
   * The ten squares of torchvision's {@code TenCrop}: middle and corners of the picture resized,
   * and of its mirror image. The middle comes first. Those that are the same are made once.
   *
   * @throws IllegalArgumentException if the preset has none: see {@link Preset#hasTenViews}
   */
  public static Cut tenViews(Picture picture, Preset preset) {
    return tenViews(picture.extent(), preset);
  }

  static Cut tenViews(Extent extent, Preset preset) {
    if (!preset.hasTenViews()) {
      throw new IllegalArgumentException("no ten views by " + preset);
    }
    Geometry middle = Geometry.of(extent, preset);
    long right = middle.resizedWidth() - preset.crop();
    long bottom = middle.resizedHeight() - preset.crop();
    Map<View, Integer> views = new LinkedHashMap<>();
    for (boolean mirrored : new boolean[] {false, true}) {
      // The middle of the mirror image lies elsewhere where there is no pixel in the middle.
      long left = mirrored ? right - middle.left() : middle.left();
      List<Geometry> places = new ArrayList<>();
      places.add(middle.at(left, middle.top()));
      places.add(middle.at(0, 0));
      places.add(middle.at(right, 0));
      places.add(middle.at(0, bottom));
      places.add(middle.at(right, bottom));
      places.forEach(
          place -> views.merge(new View(Part.of(place, preset), mirrored), 1, Integer::sum));
    }
    return new Cut(views);
  }

  /**
   * The whole picture, upright, with its longer side shrunk to {@code longest} pixels if it has
   * more.
   */
  public static Cut whole(Picture picture, int longest) {
    return whole(picture.extent(), longest);
  }

  static Cut whole(Extent extent, int longest) {
    int seenWidth = extent.orientedWidth();
    int seenHeight = extent.orientedHeight();
    double scale = Math.min(1, (double) longest / Math.max(seenWidth, seenHeight));
    int width = Math.max(1, (int) (seenWidth * scale + HALF));
    int height = Math.max(1, (int) (seenHeight * scale + HALF));
    Geometry geometry =
        new Geometry(extent.width(), extent.height(), extent.orientation(), width, height, 0, 0);
    return new Cut(
        Map.of(
            new View(new Part(geometry, width, height, Interpolation.BILINEAR, 0, false), false),
            1));
  }

  /** How many views are made. */
  public int size() {
    return views.size();
  }

  /** How often each view counts, in their order. */
  public List<Integer> times() {
    return List.copyOf(views.values());
  }

  /** The columns of the first view. */
  public int width() {
    return first().width();
  }

  /** The rows of the first view. */
  public int height() {
    return first().height();
  }

  private Part first() {
    return views.keySet().iterator().next().part();
  }

  List<View> views() {
    return List.copyOf(views.keySet());
  }

  /** What the views are made of, each once. */
  List<Part> parts() {
    Set<Part> parts = new LinkedHashSet<>();
    views.keySet().forEach(view -> parts.add(view.part()));
    return List.copyOf(parts);
  }

  /** The shorter side of the picture resized. */
  int shorter() {
    return (int) Math.min(first().geometry().resizedWidth(), first().geometry().resizedHeight());
  }
}
