package org.resnetserving.problem;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.ServletContext;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.HtmlUtils;

/** A page for each kind of failure: what it means, and what to do. HTML for people, or JSON. */
@RestController
@ConditionalOnWebApplication // The image is built by a start without the web.
@Tag(name = "problems", description = "What each kind of failure means, and what to do about it")
final class ProblemPages {
  private static final String HTML = "text/html;charset=UTF-8";

  /** The member of problem documents that says where the page about their type is. */
  static final String MEMBER = "help";

  /** The attribute of a servlet context that says where its pages are. */
  private static final String PATH = ProblemPages.class.getName() + ".path";

  /** By the end of their type, and by all of it. */
  private static final Map<String, ProblemType> KNOWN =
      Arrays.stream(ProblemType.values())
          .flatMap(
              type ->
                  Stream.of(Map.entry(type.slug(), type), Map.entry(type.uri().toString(), type)))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  ProblemPages(ServletContext context) {
    context.setAttribute(PATH, context.getContextPath() + "/problems/");
  }

  /**
   * What is to be known of a kind of failure.
   *
   * @param type the type member of the problem documents
   * @param title the same for every occurrence
   * @param status that the answer usually has
   * @param when it happens
   * @param remedy what to do about it
   */
  record Page(
      @Schema(example = "urn:resnet-serving:problem:image-truncated") URI type,
      @Schema(example = "Picture is truncated") String title,
      @Schema(example = "422") int status,
      String when,
      String remedy) {
    static Page of(ProblemType type) {
      ProblemGuide guide = ProblemGuide.of(type);
      return new Page(
          type.uri(),
          type.title(),
          ProblemDocuments.status(type).value(),
          guide.when(),
          guide.remedy());
    }
  }

  /** All kinds of failure. */
  record Pages(List<Page> problems) {}

  /** Where the page about a type is; null where there is none, as on the port of management. */
  static @Nullable String path(ServletContext context, @Nullable URI type) {
    return type != null && context.getAttribute(PATH) instanceof String path
        ? find(type.toString()).map(known -> path + known.slug()).orElse(null)
        : null;
  }

  @Operation(summary = "List the kinds of failure", operationId = "problems")
  @ApiResponse(responseCode = "200", description = "All kinds of failure")
  @GetMapping(path = "/problems", produces = MediaType.APPLICATION_JSON_VALUE)
  Pages all() {
    return new Pages(Arrays.stream(ProblemType.values()).map(Page::of).toList());
  }

  @Operation(summary = "Describe a kind of failure", operationId = "problem")
  @ApiResponse(responseCode = "200", description = "What it means, and what to do")
  @ApiResponse(
      responseCode = "404",
      description = "`path-unknown`: there is no such type",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_PROBLEM_JSON_VALUE,
              schema = @Schema(implementation = ProblemDetail.class)))
  @GetMapping(path = "/problems/{type}", produces = MediaType.APPLICATION_JSON_VALUE)
  Page one(
      @Parameter(description = "The end of a type, or all of it", example = "image-truncated")
          @PathVariable("type")
          String type) {
    return Page.of(known(type));
  }

  @GetMapping(path = "/problems", produces = HTML)
  @Operation(hidden = true)
  String allAsHtml() {
    return html(
        "Problems",
        Arrays.stream(ProblemType.values())
            .map(
                type ->
                    "<li><a href=\"problems/%s\">%s</a> (%d)</li>"
                        .formatted(
                            type.slug(),
                            HtmlUtils.htmlEscape(type.title()),
                            ProblemDocuments.status(type).value()))
            .collect(Collectors.joining("\n", "<ul>\n", "\n</ul>")));
  }

  @GetMapping(path = "/problems/{type}", produces = HTML)
  @Operation(hidden = true)
  String oneAsHtml(@PathVariable("type") String type) {
    Page page = Page.of(known(type));
    return html(
        page.title(),
        """
        <p>Status %d, type <code>%s</code></p>
        <h2>When it happens</h2>
        <p>%s</p>
        <h2>What to do</h2>
        <p>%s</p>
        <p><a href="../problems">All problems</a></p>"""
            .formatted(
                page.status(),
                page.type(),
                HtmlUtils.htmlEscape(page.when()),
                HtmlUtils.htmlEscape(page.remedy())));
  }

  private static Optional<ProblemType> find(String name) {
    return Optional.ofNullable(KNOWN.get(name));
  }

  private static ProblemType known(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new ProblemException(
                    ProblemType.PATH_UNKNOWN,
                    "There is no problem of the type '%s'; GET /problems lists those there are."
                        .formatted(ProblemException.shortened(name))));
  }

  private static String html(String title, String body) {
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%1$s - ResNet Serving</title>
        </head>
        <body>
        <main>
        <h1>%1$s</h1>
        %2$s
        </main>
        </body>
        </html>
        """
        .formatted(HtmlUtils.htmlEscape(title), body);
  }
}
