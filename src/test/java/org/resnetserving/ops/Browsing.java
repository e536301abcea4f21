package org.resnetserving.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Browser.NewContextOptions;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Debian's Chromium; Playwright drives it, and fetches no browser of its own. */
final class Browsing implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

  private static final Path AXE = Containers.TOOLS.resolve("axe/node_modules/axe-core/axe.min.js");

  /** WCAG 2.2 AA and what came before it. */
  private static final String RULES =
      "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice']";

  /** For what is to be seen: a machine may be slow, or busy with something else. */
  private static final int PATIENCE_MILLIS = 60_000;

  private final Playwright playwright;
  private final Browser browser;

  Browsing() {
    PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new LaunchOptions()
                    .setExecutablePath(CHROMIUM)
                    .setArgs(
                        List.of(
                            "--use-fake-device-for-media-stream",
                            "--use-fake-ui-for-media-stream")));
  }

  /** Opens a page as somebody does who was never there. */
  Visit visit(String address) {
    return visit(address, new NewContextOptions());
  }

  Visit visit(String address, ColorScheme scheme, int width, int height) {
    return visit(
        address,
        new NewContextOptions()
            .setColorScheme(scheme)
            .setReducedMotion(ReducedMotion.REDUCE)
            .setViewportSize(width, height)
            .setHasTouch(width < 500)
            .setIsMobile(width < 500));
  }

  private Visit visit(String address, NewContextOptions options) {
    Visit visit = new Visit(browser.newContext(options));
    visit.page.navigate(address);
    return visit;
  }

  @Override
  public void close() {
    playwright.close();
  }

  /** A page, and all that it complained about. */
  static final class Visit implements AutoCloseable {
    final BrowserContext context;
    final Page page;
    private final List<String> complaints = new ArrayList<>();

    private Visit(BrowserContext context) {
      this.context = context;
      context.setDefaultTimeout(PATIENCE_MILLIS);
      page = context.newPage();
      page.onPageError(error -> complaints.add(error));
      page.onConsoleMessage(
          message -> {
            // Answers that are no 200 are complained about too.
            if (message.type().equals("error")
                && !message.text().startsWith("Failed to load resource")) {
              complaints.add(message.text());
            }
          });
    }

    /** As a file manager or another tab drops it, over the middle of the window. */
    void drop(String type, String data, Path... files) {
      JsonObject dragged = new JsonObject();
      JsonArray items = new JsonArray();
      if (!type.isEmpty()) {
        JsonObject item = new JsonObject();
        item.addProperty("mimeType", type);
        item.addProperty("data", data);
        items.add(item);
      }
      dragged.add("items", items);
      JsonArray paths = new JsonArray();
      for (Path file : files) {
        paths.add(file.toAbsolutePath().toString());
      }
      dragged.add("files", paths);
      dragged.addProperty("dragOperationsMask", 1);
      CDPSession session = context.newCDPSession(page);
      for (String event : List.of("dragEnter", "dragOver", "drop")) {
        JsonObject arguments = new JsonObject();
        arguments.addProperty("type", event);
        arguments.addProperty("x", 300);
        arguments.addProperty("y", 300);
        arguments.add("data", dragged);
        session.send("Input.dispatchDragEvent", arguments);
      }
      session.detach();
    }

    /** As somebody pastes who copied a picture elsewhere. */
    void paste(String picture) {
      context.grantPermissions(List.of("clipboard-read", "clipboard-write"));
      page.evaluate(
          """
          async (address) => {
            const image = new Image();
            image.src = address;
            await image.decode();
            const canvas = document.createElement('canvas');
            canvas.width = image.naturalWidth;
            canvas.height = image.naturalHeight;
            canvas.getContext('2d').drawImage(image, 0, 0);
            const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
            await navigator.clipboard.write([new ClipboardItem({'image/png': blob})]);
          }
          """,
          picture);
      page.keyboard().press("Control+V");
    }

    /** What axe finds, where nothing moves: rule, what it is about, where. */
    List<?> barriers() throws IOException {
      page.evaluate(Files.readString(AXE));
      return (List<?>)
          page.evaluate(
              """
              async () => (await axe.run(document, {runOnly: RULES})).violations.flatMap(
                (rule) => rule.nodes.map((node) => `${rule.id}: ${node.failureSummary} ${node.html}`))
              """
                  .replace("RULES", RULES));
    }

    /** Whether all of it can be seen without scrolling to the side. */
    boolean fitsInWidth() {
      return (boolean)
          page.evaluate(
              "document.documentElement.scrollWidth <= document.documentElement.clientWidth");
    }

    /** Closes it; nothing may have failed, and the browser refused nothing by the policy. */
    @Override
    public void close() {
      context.close();
      assertThat(complaints).isEmpty();
    }
  }
}
