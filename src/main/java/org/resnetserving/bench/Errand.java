package org.resnetserving.bench;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.resnetserving.bench.SoakPictures.Named;

/**
 * One thing that clients do in a soak.
 *
 * @param name what it is
 * @param share how often it is done, beside the others
 * @param way how
 * @param request as it goes over the wire
 * @param status that it is answered with; 400 stands for any from 400 to 499
 * @param comesAndGoes whether its model is loaded and unloaded meanwhile
 */
record Errand(
    String name, double share, Way way, ByteBuffer request, int status, boolean comesAndGoes) {
  /** How it is done. */
  enum Way {
    HTTP,
    GRPC,
    HANG_UP_IN_UPLOAD,
    HANG_UP_BEFORE_ANSWER
  }

  /** How often each kind is done. */
  private static final double GOOD = 0.74;

  private static final double LOOKS = 0.06;
  private static final double BAD = 0.08;
  private static final double HANG_UPS = 0.06;

  /** Small pictures come more often: by one over their size and this, in megapixels. */
  private static final double SMALL = 0.2;

  private static final int FACES = 4;
  private static final double PATIENCE_SECONDS = 60;

  /**
   * All of a soak: every picture is shown to every model, by one of the faces after the other.
   *
   * @param models that are served
   * @param guest the last of them, which comes and goes
   */
  static List<Errand> of(List<Named> good, List<Named> bad, List<String> models, String guest) {
    List<Errand> errands = new ArrayList<>();
    double total = 0;
    for (Named picture : good) {
      total += often(picture);
    }
    int turn = 0;
    for (Named picture : good) {
      double share = often(picture) / total;
      for (String model : models) {
        errands.add(
            ask(
                picture,
                model,
                turn++ % FACES,
                GOOD * share / models.size(),
                200,
                model.equals(guest)));
      }
      String first = models.get(0);
      ByteBuffer request = http("/v1/models/" + first + "/classify", "", picture);
      for (Way way : List.of(Way.HANG_UP_IN_UPLOAD, Way.HANG_UP_BEFORE_ANSWER)) {
        errands.add(
            new Errand(way + " of " + picture.name(), HANG_UPS * share, way, request, 200, false));
      }
    }
    for (Named file : bad) {
      for (int face = 0; face < FACES; face++) {
        errands.add(ask(file, models.get(0), face, BAD / bad.size() / FACES, 400, false));
      }
    }
    errands.addAll(looks(models.get(0), good.get(0)));
    return errands;
  }

  /** What is asked again and again, of one model. */
  static Errand golden(Named picture, String model) {
    return ask(picture, model, 0, 0, 200, false);
  }

  private static double often(Named picture) {
    return 1 / (SMALL + picture.megapixels());
  }

  private static List<Errand> looks(String model, Named picture) {
    List<Errand> looks = new ArrayList<>();
    List<String> pages =
        List.of("/", "/readyz", "/v1/models", "/v1/models/" + model, "/v2/models/" + model);
    List<String> others = List.of("explain", "embed");
    double share = LOOKS / (pages.size() + others.size());
    for (String page : pages) {
      ByteBuffer request = Requests.get(URI.create(page));
      looks.add(new Errand("GET " + page, share, Way.HTTP, request, 200, false));
    }
    for (String other : others) {
      ByteBuffer request = http("/v1/models/" + model + "/" + other, "", picture);
      looks.add(new Errand(other, share, Way.HTTP, request, 200, false));
    }
    return looks;
  }

  private static Errand ask(
      Named picture, String model, int face, double share, int status, boolean comesAndGoes) {
    String own = "/v1/models/" + model + "/classify";
    ByteBuffer request =
        switch (face) {
          case 0 -> http(own, "", picture);
          case 1 -> http(own, Requests.IMAGE, picture);
          case 2 -> Requests.tensor(model, PATIENCE_SECONDS, picture.bytes());
          default ->
              new Requests("", "", PATIENCE_SECONDS, model).of(List.of(picture.bytes())).get(0);
        };
    String way = List.of("/v1", "/v1, a form", "/v2", "gRPC").get(face);
    return new Errand(
        "%s to %s by %s".formatted(picture.name(), model, way),
        share,
        face == FACES - 1 ? Way.GRPC : Way.HTTP,
        request,
        status,
        comesAndGoes);
  }

  private static ByteBuffer http(String path, String field, Named picture) {
    return new Requests(path, field, PATIENCE_SECONDS, "").of(List.of(picture.bytes())).get(0);
  }

  /** One of them, at random by how often each is done. */
  static Errand draw(List<Errand> errands, SplittableRandom random) {
    double left = random.nextDouble() * errands.stream().mapToDouble(Errand::share).sum();
    for (Errand errand : errands) {
      left -= errand.share;
      if (left < 0) {
        return errand;
      }
    }
    return errands.get(errands.size() - 1);
  }
}
