package org.resnetserving.upload;

/**
 * Which member of a JSON body holds the pictures. Its value is one item or an array of them. An
 * item is a {@code data:} URI or a URL, or an object that has the picture in the member {@code b64}
 * or {@code data} (base64), or {@code url} or {@code image_url} (a {@code data:} URI or a URL),
 * itself or in an object within it. All other members of the body are parameters: scalars by their
 * name, each value of an array under the array's name, members of objects as {@code outer.inner};
 * null is as if it were not there.
 */
public enum JsonShape {
  /** Ours: <code>{"images": [{"b64": "…"}, "data:image/jpeg;base64,…"], "top_k": 3}</code>. */
  IMAGES("images"),

  /** TensorFlow Serving's, KServe's and Vertex AI's: <code>{"instances": [{"b64": "…"}]}</code>. */
  INSTANCES("instances"),

  /**
   * OpenAI's, for embeddings: <code>{"model": "…", "input": ["data:image/png;base64,…"]}</code>.
   */
  OPENAI_INPUT("input");

  private final String member;

  JsonShape(String member) {
    this.member = member;
  }

  /** The name of the member that holds the pictures. */
  String member() {
    return member;
  }
}
