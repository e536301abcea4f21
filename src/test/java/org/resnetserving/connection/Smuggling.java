package org.resnetserving.connection;

import java.util.ArrayList;
import java.util.List;

/**
 * Requests whose end is a matter of opinion: what one server takes for the body, another takes for
 * the next request. Each is followed by a second request, which its sender hopes is taken for that
 * of somebody else.
 *
 * @param name what is wrong with it
 * @param text as it is sent, in ISO-8859-1, with the second request
 * @param answers that RFC 9112 has for it, for both requests: one where the connection must end
 *     after the first
 */
public record Smuggling(String name, String text, int answers) {
  /** What the second request asks for; nothing is there. */
  public static final String SMUGGLED = "/smuggled";

  private static final String SECOND =
      "GET " + SMUGGLED + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

  private static final String PICTURE =
      "POST /v1/classify HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\n";
  private static final String GET = "GET /v1/models HTTP/1.1\r\nHost: x\r\n";
  private static final String NO_CHUNKS = "0\r\n\r\n";
  private static final String CHUNK = "4\r\nJPEG\r\n" + NO_CHUNKS;

  @Override
  public String toString() {
    return name;
  }

  /** All of them. */
  public static List<Smuggling> all() {
    List<Smuggling> all = new ArrayList<>();
    lengths(all);
    codings(all);
    chunks(all);
    heads(all);
    return all;
  }

  private static void lengths(List<Smuggling> all) {
    String both = "Content-Length: %d\r\nTransfer-Encoding: chunked\r\n\r\n";
    all.add(refused("CL.TE", PICTURE + both.formatted(5 + SECOND.length()) + NO_CHUNKS));
    all.add(
        new Smuggling(
            "TE.CL",
            PICTURE
                + both.formatted(4)
                + Integer.toHexString(SECOND.length())
                + "\r\n"
                + SECOND
                + "\r\n"
                + NO_CHUNKS,
            1));
    for (String value :
        List.of(
            "4\r\nContent-Length: 0",
            "4\r\nContent-Length: 4",
            "4, 4",
            "4, 0",
            "+4",
            "-4",
            "0x4",
            "0 4",
            "4.0",
            "",
            "99999999999999999999",
            "18446744073709551620",
            "\u000b4",
            "4\0",
            "\u00b2",
            "\r\n 4")) {
      all.add(
          refused(
              "Content-Length: " + shown(value),
              PICTURE + "Content-Length: " + value + "\r\n\r\nJPEG"));
    }
    all.add(refused("Content-Length :", PICTURE + "Content-Length : 4\r\n\r\nJPEG"));
    all.add(lawful("Content-Length: 0004", PICTURE + "Content-Length: 0004\r\n\r\nJPEG"));
    all.add(lawful("Content-Length:\\t4", PICTURE + "Content-Length:\t4\r\n\r\nJPEG"));
  }

  private static void codings(List<Smuggling> all) {
    for (String header :
        List.of(
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding:\tchunked",
            "Transfer-Encoding: \u000bchunked",
            "Transfer-Encoding: chunked\0",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: identity, chunked",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: \"chunked\"",
            "Transfer-Encoding:\r\n chunked",
            "Transfer-Encoding: chunked;x=1",
            "tRANSFER-eNCODING: cHUNKED",
            "Transfer-Encoding: ,chunked",
            "Transfer-Encoding:",
            "X: x\nTransfer-Encoding: chunked",
            "X: x\rTransfer-Encoding: chunked",
            " Transfer-Encoding: chunked")) {
      // Whichever of the two holds, nothing that follows is taken for a request.
      all.add(
          refused(
              "two ends, " + shown(header),
              PICTURE
                  + "Content-Length: "
                  + (5 + SECOND.length())
                  + "\r\n"
                  + header
                  + "\r\n\r\n"
                  + NO_CHUNKS));
    }
    for (String headers :
        List.of(
            "",
            "Connection: keep-alive\r\n",
            "Content-Length: " + (5 + SECOND.length()) + "\r\nConnection: keep-alive\r\n")) {
      all.add(
          refused(
              "chunks in HTTP/1.0, " + shown(headers),
              PICTURE.replace("1.1", "1.0")
                  + headers
                  + "Transfer-Encoding: chunked\r\n\r\n"
                  + NO_CHUNKS));
    }
  }

  private static void chunks(List<Smuggling> all) {
    String head = PICTURE + "Transfer-Encoding: chunked\r\n\r\n";
    for (String chunk :
        List.of(
            "4;x=\"\r\n\"\r\nJPEG\r\n",
            "4\nJPEG\r\n",
            "4\r\nJPEG\n",
            "4;x\nJPEG\r\n",
            "4;x\n\r\nJPEG\r\n",
            "4\rJPEG\r\n",
            "+4\r\nJPEG\r\n",
            "-4\r\nJPEG\r\n",
            "0x4\r\nJPEG\r\n",
            " 4\r\nJPEG\r\n",
            "\r\nJPEG\r\n",
            "100000004\r\nJPEG\r\n",
            "ffffffffffffffff4\r\nJPEG\r\n",
            "4\r\nJPEGxx")) {
      all.add(refused("chunk " + shown(chunk), head + chunk + NO_CHUNKS));
    }
    all.add(refused("last chunk 0\\n\\n", head + "4\r\nJPEG\r\n0\n\n"));
    all.add(refused("trailer without a colon", head + "4\r\nJPEG\r\n0\r\nno colon\r\n\r\n"));
    all.add(refused("trailer that ends with \\n", head + "4\r\nJPEG\r\n0\r\nX: y\nZ: z\r\n\r\n"));
    all.add(lawful("chunk with an extension", head + "4;x=y\r\nJPEG\r\n" + NO_CHUNKS));
    all.add(
        lawful(
            "trailer that names a length", head + "4\r\nJPEG\r\n0\r\nContent-Length: 9\r\n\r\n"));
    all.add(
        lawful(
            "Transfer_Encoding beside it",
            head.replace("\r\n\r\n", "\r\nTransfer_Encoding: x\r\n\r\n") + CHUNK));
  }

  private static void heads(List<Smuggling> all) {
    for (String header :
        List.of(
            "Na me: y",
            "Name : y",
            "Na\0me: y",
            "Name: y\0z",
            "Name: a\rb: c",
            "Name",
            ": y",
            "N\u00e4me: y",
            "Host: y")) {
      all.add(refused("header " + shown(header), GET + header + "\r\n\r\n"));
    }
    all.add(refused("continued line at the start", "GET / HTTP/1.1\r\n Host: x\r\n\r\n"));
    for (String target :
        List.of("http://other/v1/models", "other://x/v1/models", "x:80", "v1/models")) {
      all.add(refused("target " + target, "GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n"));
    }
    all.add(refused("CONNECT", "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n"));
    all.add(refused("HTTP/1.2", "GET /v1/models HTTP/1.2\r\nHost: x\r\n\r\n"));
    all.add(lawful("absolute target", "GET http://x/v1/models HTTP/1.1\r\nHost: x\r\n\r\n"));
    all.add(lawful("continued line", GET + "Name: y\r\n z\r\n\r\n"));
    all.add(lawful("empty line before", "\r\n" + GET + "\r\n"));
  }

  private static Smuggling refused(String name, String text) {
    return new Smuggling(name, text + SECOND, 1);
  }

  private static Smuggling lawful(String name, String text) {
    return new Smuggling(name, text + SECOND, 2);
  }

  private static String shown(String text) {
    return text.replace("\r", "\\r")
        .replace("\n", "\\n")
        .replace("\t", "\\t")
        .replace("\0", "\\0")
        .replace("\u000b", "\\v");
  }
}
