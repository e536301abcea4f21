package org.resnetserving.problem;

/**
 * What a person should know of one kind of failure.
 *
 * @param when it happens
 * @param remedy what to do about it
 */
record ProblemGuide(String when, String remedy) {
  static ProblemGuide of(ProblemType type) {
    return switch (type) {
      case REQUEST_MALFORMED ->
          new ProblemGuide(
              "The request is not HTTP/1.1 as RFC 9112 has it: a bad target, Host or other header, a broken chunk, or a body that is not compressed as it says.",
              "Use a usual HTTP client, and encode the path and the query. The detail says which part is wrong.");
      case API_KEY_MISSING ->
          new ProblemGuide(
              "The service asks for an API key, and the request has none.",
              "Send the header Authorization: Bearer KEY, or X-API-Key: KEY. Whoever runs the service gives keys out.");
      case API_KEY_UNKNOWN ->
          new ProblemGuide(
              "The request has an API key, but none of those that are known.",
              "Look whether the key was copied whole, and whether it was withdrawn. Whoever runs the service gives keys out.");
      case ORIGIN_NOT_ALLOWED ->
          new ProblemGuide(
              "A browser asked whether the page of another origin may send a request, and the service allows only others, or none.",
              "Whoever runs the service can add the origin to resnet.cors.allowed-origins.");
      case PATH_UNKNOWN ->
          new ProblemGuide(
              "There is nothing at the path that was asked for.",
              "Look the path up in /v3/api-docs or /swagger-ui.html. Paths do not end with a slash.");
      case METHOD_NOT_ALLOWED ->
          new ProblemGuide(
              "There is something at the path, but not for this method.",
              "Send the method that the header Allow names: POST for pictures, GET for descriptions.");
      case NOT_ACCEPTABLE ->
          new ProblemGuide(
              "The header Accept allows none of the formats that the answer comes in.",
              "Leave Accept out, or accept application/json.");
      case EXPECTATION_UNSUPPORTED ->
          new ProblemGuide(
              "The header Expect asks for something else than 100-continue.",
              "Leave the header out, or send Expect: 100-continue.");
      case CONTENT_TYPE_UNSUPPORTED ->
          new ProblemGuide(
              "The body's Content-Type is not taken at this path.",
              "Send a form (multipart/form-data), or the picture itself with its own type, such as image/jpeg.");
      case ENCODING_UNSUPPORTED ->
          new ProblemGuide(
              "The body has a Content-Encoding that is not read.",
              "Send it in one of the encodings that the header Accept-Encoding of the answer names.");
      case FORM_MALFORMED ->
          new ProblemGuide(
              "The body says that it is a form, but has no boundary or is not built as RFC 7578 says.",
              "Let the HTTP client build the form: curl -F image=@picture.jpg. Do not set its Content-Type by hand.");
      case FORM_TOO_LARGE ->
          new ProblemGuide(
              "The form has more parts, fields or header bytes than a form may have.",
              "Send only the pictures and the parameters. For more pictures, send more requests.");
      case JSON_MALFORMED ->
          new ProblemGuide(
              "The body says that it is JSON, but is not built as RFC 8259 says, or is no object.",
              "Let a JSON library write it: {\"images\": [{\"b64\": \"…\"}]}. The detail says where reading stopped.");
      case REQUEST_TOO_LARGE ->
          new ProblemGuide(
              "The request has more pictures than resnet.image.max-count, more bytes in all than resnet.image.max-total-bytes, or JSON that is longer or deeper than it may be.",
              "Send the pictures in several requests, or smaller ones.");
      case IMAGE_MISSING ->
          new ProblemGuide(
              "There is no picture in the request, or it is empty.",
              "Send it in the field image of a form (curl -F image=@picture.jpg), or as the body itself (curl --data-binary @picture.jpg).");
      case PRECONDITION_FAILED ->
          new ProblemGuide(
              "The request brings pictures, and the header If-None-Match, which is for descriptions (GET).",
              "Leave the header out. The header Cache-Status says whether the same picture was answered before.");
      case UPLOAD_TIMEOUT ->
          new ProblemGuide(
              "The body was not there by the deadline, or came more slowly than allowed. The connection is closed.",
              "Send a smaller picture, over a faster line, or allow more time with the header Request-Timeout.");
      case IMAGE_TOO_LARGE ->
          new ProblemGuide(
              "The picture has more bytes than resnet.image.max-bytes.",
              "Send a smaller or more compressed one: networks look at a few hundred pixels a side.");
      case IMAGE_TOO_MANY_PIXELS ->
          new ProblemGuide(
              "The picture's header claims more pixels than resnet.image.max-pixels. It was not decoded.",
              "Scale the picture down before it is sent.");
      case IMAGE_ZERO_SIZED ->
          new ProblemGuide(
              "The picture's header claims a width or height of zero.",
              "Make the picture anew: there is nothing in it to look at.");
      case IMAGE_TOO_COMPLEX ->
          new ProblemGuide(
              "To decode the picture would take more work or memory than one picture may cost, such as hundreds of scans.",
              "Save it anew with usual settings: a baseline JPEG, or a PNG.");
      case IMAGE_TRUNCATED ->
          new ProblemGuide(
              "The picture ends before all of its pixels are there.",
              "Send the whole file; look whether the upload or the file on disk was cut off.");
      case IMAGE_CORRUPT ->
          new ProblemGuide(
              "The picture's data contradict its format.",
              "Look whether it opens elsewhere, and save it anew.");
      case IMAGE_UNSUPPORTED ->
          new ProblemGuide(
              "The content is none of the picture formats that are read here. The detail names its kind where it is known, and those that are.",
              "Send JPEG, PNG, GIF, BMP, WebP or TIFF, or which of them resnet.image.formats leaves. Convert HEIC, AVIF and JPEG 2000 first.");
      case URL_NOT_ALLOWED ->
          new ProblemGuide(
              "The picture is named by a URL, and none is fetched from there: it is switched off, or the host, the port or https is not what the settings resnet.url ask for, or a redirect leads there.",
              "Send the picture itself, in base64 or as a file. Whoever runs the service allows hosts with resnet.url.hosts.");
      case URL_FETCH_FAILED ->
          new ProblemGuide(
              "The picture did not come from its URL: its host could not be reached at a public address, answered with an error or too many redirects, took too long, or broke off.",
              "Look whether the URL works without a login, and whether it is the picture itself. Else send the picture in base64 or as a file.");
      case TENSOR_INVALID ->
          new ProblemGuide(
              "A request of the Open Inference Protocol is not built as that says, or a tensor is not what the model reads.",
              "The detail says which. GET /v2/models/{model} tells name, datatype and shape; GET /v2/models/{model}/config how pixels are normalised.");
      case PARAMETER_INVALID ->
          new ProblemGuide(
              "A parameter of the query or of the form is unknown, is there twice, or has a value out of its range.",
              "The members parameter and allowed say which one, and what it may be.");
      case MODEL_UNKNOWN ->
          new ProblemGuide(
              "No model of that name is served.",
              "Ask for one of those that GET /v1/models lists.");
      case MODEL_NOT_READY ->
          new ProblemGuide(
              "The model is still being loaded, or has failed. The detail has the reason.",
              "Try again after the seconds of Retry-After. Where there are none, somebody must look after the service.");
      case ANSWER_UNAVAILABLE ->
          new ProblemGuide(
              "The model cannot give what was asked for, whatever the picture: its network or its labels do not have it.",
              "Ask another model, or leave out what the detail names.");
      case OVERLOADED ->
          new ProblemGuide(
              "As much work as allowed is under way. Nothing is wrong with the request.",
              "Send it again after the seconds of Retry-After. If it happens often, run more replicas.");
      case DEADLINE_EXCEEDED ->
          new ProblemGuide(
              "The answer was not there by the deadline. The member stages_ms says where the time went.",
              "Allow more time with the header Request-Timeout, send less at once, or run more replicas.");
      case SHUTTING_DOWN ->
          new ProblemGuide(
              "The service is stopping, or not started yet.",
              "Send the request again: another replica, or the new one, will take it.");
      case INFERENCE_FAILED ->
          new ProblemGuide(
              "The network failed on a picture that was good, or gave numbers that are not finite.",
              "Tell whoever runs the service: its log says why. The weights, or the precision, may not suit.");
      case INTERNAL_ERROR ->
          new ProblemGuide(
              "Something that should not happen.",
              "Tell whoever runs the service, with the request_id: its log says more.");
    };
  }
}
