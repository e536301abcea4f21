package org.resnetserving.upload;

import org.jspecify.annotations.Nullable;
import org.resnetserving.problem.ProblemException;
import org.resnetserving.problem.ProblemType;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** One of the items that should each have a picture, as it is read. See {@link JsonShape}. */
final class JsonItem {
  private final Pictures pictures;
  private @Nullable PictureBytes bytes;
  private @Nullable String url;
  private @Nullable ProblemException problem;

  private JsonItem(Pictures pictures) {
    this.pictures = pictures;
  }

  /**
   * Reads the value that the parser stands at, to its end.
   *
   * @param place that it has in the body
   * @param pictures where it goes
   * @throws ProblemException (OVERLOADED, REQUEST_TOO_LARGE)
   */
  static void read(JsonParser json, String place, Pictures pictures) {
    JsonItem item = new JsonItem(pictures);
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      item.take(json, false);
    } else if (json.currentToken() == JsonToken.START_OBJECT) {
      item.search(json);
    } else {
      json.skipChildren();
    }
    item.end(place);
  }

  private void search(JsonParser json) {
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (value == JsonToken.START_OBJECT) {
        search(json);
      } else if (value != JsonToken.VALUE_STRING) {
        json.skipChildren();
      } else if (name.equals("b64") || name.equals("data")) {
        take(json, true);
      } else if (name.equals("url") || name.equals("image_url")) {
        take(json, false);
      }
    }
  }

  private void take(JsonParser json, boolean bare) {
    if (bytes != null) {
      bytes.discard();
      problem =
          new ProblemException(
              ProblemType.IMAGE_UNSUPPORTED,
              "The item has two pictures. Send an item for each of them.");
      return;
    }
    bytes = pictures.next();
    PictureText text = new PictureText(bare, bytes);
    json.readString(text);
    text.close();
    url = text.url();
    problem = text.problem();
  }

  private void end(String place) {
    if (problem != null) {
      pictures.add(UploadedPicture.failed(place, problem));
    } else if (url != null) {
      pictures.add(place, url);
    } else if (bytes != null) {
      pictures.add(place, bytes);
    } else {
      pictures.add(
          UploadedPicture.failed(
              place,
              new ProblemException(
                  ProblemType.IMAGE_MISSING, "The item has no picture. " + PictureText.ADVICE)));
    }
  }
}
