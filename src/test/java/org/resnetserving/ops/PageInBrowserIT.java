package org.resnetserving.ops;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.Route.FulfillOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.FilePayload;
import com.microsoft.playwright.options.ReducedMotion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.resnetserving.RawHttp;
import org.resnetserving.RunningServer;
import org.resnetserving.ops.Browsing.Visit;
import org.resnetserving.problem.ProblemType;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The page in a browser, below a path as behind a proxy: what people do there, and what they see.
 */
@Tag("ops")
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.serving.precision=fp32",
      "server.servlet.context-path=/pictures",
      "resnet.image.max-bytes=350KB",
      "resnet.image.max-pixels=1000000",
      "resnet.admission.uploads=400KB",
      "resnet.admission.min-upload-rate=0"
    })
class PageInBrowserIT {
  private static final Path PICTURES = Path.of("src/test/resources/pictures");
  private static final Path ESPRESSO = PICTURES.resolve("espresso.jpg");
  private static final Path CAT = PICTURES.resolve("cat.jpg");

  /** Seconds in which a test comes to its end. */
  private static final int WAIT = 600;

  private static final Pattern CLASSIFY = Pattern.compile("/classify\\?");
  private static final JsonMapper JSON = new JsonMapper();

  private static Browsing browsing;

  private final RunningServer server;
  private final int port;
  private final String address;

  PageInBrowserIT(@LocalServerPort int port) {
    this.port = port;
    server = new RunningServer(port, "/pictures");
    address = "http://127.0.0.1:" + port + "/pictures/";
  }

  @BeforeAll
  static void open() {
    browsing = new Browsing();
  }

  @AfterAll
  static void close() {
    browsing.close();
  }

  @BeforeEach
  void ready() {
    server.awaitReady();
  }

  @Test
  void picture_chosen_isAnsweredAtOnce() throws Exception {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      assertThat(page.getByText("Pictures stay on this server")).isVisible();
      assertThat(page.locator("#serving")).containsText("ready");
      choose(page, ESPRESSO);
      assertThat(page.locator(".top-label")).containsText("espresso");
      assertThat(page.locator(".label")).hasCount(5);
      for (String stage : List.of("decode", "queue", "inference")) {
        assertThat(page.locator(".legend")).containsText(stage);
      }
      assertThat(page.locator("#announce")).containsText("espresso");
      assertThat(page.locator("#gallery")).isHidden();
      page.locator("summary").getByText("JSON").click();
      assertThat(page.getByLabel("Answer as JSON")).containsText("\"wnid\": \"n07920052\"");
    }
  }

  @Test
  void command_copied_asksTheSame() throws Exception {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      visit.context.grantPermissions(List.of("clipboard-read", "clipboard-write"));
      choose(page, ESPRESSO);
      page.locator("summary").getByText("Command").click();
      page.getByRole(AriaRole.BUTTON, named("Copy")).click();
      assertThat(page.getByRole(AriaRole.BUTTON, named("Copied"))).isVisible();
      String command = (String) page.evaluate("navigator.clipboard.readText()");
      String answer =
          Running.run(Duration.ofMinutes(2), "sh", "-c", "cd " + PICTURES + " && " + command);
      Assertions.assertThat(answer).contains("\"label\":\"espresso\"", "\"rollup\"");
    }
  }

  @Test
  void example_clicked_isAnswered() {
    try (Visit visit = browsing.visit(address)) {
      visit.page.getByAltText("Example: a cat").click();
      assertThat(visit.page.locator(".label")).hasCount(5);
      assertThat(visit.page.locator("#picture-name")).hasText("cat.jpg");
    }
  }

  @Test
  void answer_thatRollsUpToNearlyAnything_isABestGuess() {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      answerWith(page, rolledUp("whole", "n00003553", 0.9), 0.3, true);
      choose(page, CAT);
      assertThat(page.locator(".guess")).hasText("Not sure. Best guess:");
      assertThat(page.locator(".top-label")).containsText("golden retriever");
      assertThat(page.locator(".rollup")).hasCount(0);
    }
    try (Visit visit = browsing.visit(address)) {
      answerWith(visit.page, rolledUp("dog", "n02084071", 0.9), 0.6, false);
      choose(visit.page, CAT);
      assertThat(visit.page.locator(".rollup"))
          .hasText("A dog (90.0 %), probably a golden retriever.");
    }
  }

  @Test
  void pictures_dropped_makeAGalleryThatSortsAndDownloads() throws Exception {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      visit.drop("", "", CAT, ESPRESSO);
      assertThat(page.locator("#gallery-count")).hasText("2 of 2 answered");
      assertThat(page.locator(".card")).hasCount(2);
      assertThat(page.locator(".card .name").nth(1)).hasText("espresso");
      page.selectOption("#sort", "sure");
      assertThat(page.locator(".card .name").first()).hasText("espresso");
      page.locator(".card").first().click();
      assertThat(page.locator(".top-label")).containsText("espresso");

      String csv = read(page.waitForDownload(() -> page.locator("#csv").click()));
      Assertions.assertThat(csv.lines().skip(1))
          .hasSize(2)
          .first()
          .asString()
          .startsWith("espresso.jpg,resnet50-tiny-imagenet,ok,espresso,0.97");
      JsonNode json =
          JSON.readTree(read(page.waitForDownload(() -> page.locator("#json").click())));
      Assertions.assertThat(json.get(0).at("/predictions/0/label").stringValue())
          .isEqualTo("espresso");
      page.locator("#clear").click();
      assertThat(page.locator("#gallery")).isHidden();
      assertThat(page.locator("#choose")).isFocused();
    }
  }

  @Test
  void picture_draggedFromAnotherTab_isAnsweredWhereItsBytesCome() throws Exception {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      visit.drop("text/html", "<img src='https://elsewhere.example/cat.jpg'>");
      assertThat(page.locator("#notice")).containsText("loads nothing from elsewhere");
      String data = Base64.getEncoder().encodeToString(Files.readAllBytes(ESPRESSO));
      visit.drop("text/html", "<img src='data:image/jpeg;base64," + data + "'>");
      assertThat(page.locator(".top-label")).containsText("espresso");
      assertThat(page.locator("#notice")).isHidden();
    }
    try (Visit visit = browsing.visit(address)) {
      String own = visit.page.getByAltText("Example: a cup of espresso").getAttribute("src");
      visit.drop("text/uri-list", address + own);
      assertThat(visit.page.locator(".top-label")).containsText("espresso");
    }
  }

  @Test
  void picture_pasted_isAnswered() {
    try (Visit visit = browsing.visit(address)) {
      visit.paste(visit.page.getByAltText("Example: a cup of espresso").getAttribute("src"));
      assertThat(visit.page.locator(".top-label")).containsText("espresso");
    }
  }

  @Test
  void camera_takesAPicture() {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      page.getByText("Use the camera").click();
      page.getByText("Take the picture").click();
      assertThat(page.locator("#picture-name")).hasText("camera.jpg");
      assertThat(page.locator(".label")).hasCount(5);
      assertThat(page.locator("#camera-box")).isHidden();
    }
  }

  @Test
  void picture_thatOnlyTheBrowserReads_isConverted() {
    try (Visit visit = browsing.visit(address)) {
      choose(visit.page, PICTURES.resolve("cat.avif"));
      assertThat(visit.page.locator(".label")).hasCount(5);
      assertThat(visit.page.locator("#picture-note"))
          .hasText("The service does not read this AVIF; your browser converted it to JPEG.");
    }
  }

  @Test
  void model_switchedAndCompared_answersForEach() {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      choose(page, CAT);
      assertThat(page.locator(".answer h2")).hasText("ResNet-50 on Tiny ImageNet");
      assertThat(page.locator(".answer .facts")).containsText("40.91 %");
      assertThat(page.locator(".answer .facts")).containsText("fp32");
      page.selectOption("#model", "resnet20-cifar10");
      assertThat(page.locator(".answer h2")).hasText("ResNet-20 on CIFAR-10");
      assertThat(page.locator(".top-label")).containsText("cat");
      page.selectOption("#other", "resnet50-tiny-imagenet");
      assertThat(page.locator(".answer .labels")).hasCount(2);
    }
  }

  @Test
  void overlay_isOffUntilAskedFor_andFollowsTheLabels() {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      AtomicInteger asked = new AtomicInteger();
      page.onRequest(request -> asked.addAndGet(request.url().contains("/explain") ? 1 : 0));
      choose(page, ESPRESSO);
      page.locator(".label").nth(1).hover();
      assertThat(page.locator("#overlay")).isHidden();
      Assertions.assertThat(asked.get()).isZero();

      page.getByText("Show where the model looked").click();
      assertThat(page.locator("#overlay")).hasCSS("opacity", "1");
      assertThat(page.locator("#overlay-of")).containsText("espresso");
      String first = page.locator("#overlay").getAttribute("src");
      String second = page.locator(".label .name").nth(1).textContent();
      page.locator(".label").nth(1).hover();
      assertThat(page.locator("#overlay-of")).containsText(second);
      assertThat(page.locator("#overlay")).not().hasAttribute("src", first);
      page.locator(".label").nth(2).focus();
      assertThat(page.locator("#overlay-of"))
          .containsText(page.locator(".label .name").nth(2).textContent());
      page.getByText("Show where the model looked").click();
      assertThat(page.locator("#overlay")).hasCSS("opacity", "0");
    }
  }

  @Test
  void problem_ofEachKind_isSaidInWordsWithWhatToDo() {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      for (ProblemType type : ProblemType.values()) {
        page.route(CLASSIFY, route -> route.fulfill(problem(type)));
        choose(page, CAT);
        Locator problem = page.locator(".problem");
        assertThat(problem).containsText(type.title());
        assertThat(problem).containsText("Detail of " + type.slug());
        JsonNode guide = server.get("/problems/" + type.slug()).json();
        assertThat(problem).containsText(guide.get("remedy").stringValue());
        assertThat(problem.getByRole(AriaRole.LINK))
            .hasAttribute("href", address + "problems/" + type.slug());
        page.unroute(CLASSIFY);
      }
    }
  }

  @Test
  void refusal_byTheService_isShown() throws IOException {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      byte[] whole = Files.readAllBytes(ESPRESSO);
      Map<String, FilePayload> refused =
          Map.of(
              "Unsupported picture format", file("words.jpg", "no picture".getBytes(UTF_8)),
              "Picture is truncated", file("half.jpg", Arrays.copyOf(whole, whole.length / 2)),
              "Picture has too many bytes", file("large.jpg", Arrays.copyOf(whole, 400_000)),
              "No picture in the request", file("empty.jpg", new byte[0]));
      for (Map.Entry<String, FilePayload> each : refused.entrySet()) {
        page.reload();
        page.setInputFiles("#files", each.getValue());
        assertThat(page.locator(".problem-title")).hasText(each.getKey());
      }
      page.reload();
      visit.context.setOffline(true);
      choose(page, CAT);
      assertThat(page.locator(".problem-title")).hasText("The service cannot be reached");
      visit.context.setOffline(false);
      page.getByText("Try again").click();
      assertThat(page.locator(".label")).hasCount(5);
    }
  }

  @Test
  void overload_isWaitedOut() throws Exception {
    try (Visit visit = browsing.visit(address);
        RawHttp other = new RawHttp(port)) {
      int most = 350_000;
      other
          .send(
              "POST /pictures/v1/classify HTTP/1.1\r\nHost: a\r\nContent-Type: image/jpeg\r\n"
                  + "Request-Timeout: 60\r\nContent-Length: %d\r\n\r\n".formatted(most))
          .send(new byte[most - 1]);
      byte[] picture = Files.readAllBytes(ESPRESSO);
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> server.form("/v1/classify", "image", picture).status() == 429);
      choose(visit.page, ESPRESSO);
      assertThat(visit.page.locator(".problem.soft .problem-title")).hasText("Too many requests");
      other.close();
      assertThat(visit.page.locator(".top-label")).containsText("espresso");
    }
  }

  @Test
  void overload_isCountedDown_andCanBeCutShort() {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      page.route(CLASSIFY, route -> route.fulfill(overload(WAIT)));
      choose(page, ESPRESSO);
      Locator countdown = page.locator(".answer .countdown");
      int first = seconds(countdown);
      assertThat(countdown).not().hasText(first + " s");
      Assertions.assertThat(first).isLessThanOrEqualTo(WAIT);
      Assertions.assertThat(seconds(countdown)).isBetween(1, first - 1);
      page.unroute(CLASSIFY);
      page.getByText("Ask now").click();
      assertThat(page.locator(".top-label")).containsText("espresso");
    }
  }

  @Test
  void keyboard_doesAll() {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      page.keyboard().press("Tab");
      assertThat(page.getByText("Skip to the content")).isFocused();
      page.keyboard().press("Enter");
      tabTo(page, page.locator(".example").first());
      assertThat(page.locator(".example").first()).hasCSS("outline-style", "solid");
      page.keyboard().press("Enter");
      assertThat(page.locator(".label")).hasCount(5);
      tabTo(page, page.locator("#overlay-on"));
      page.keyboard().press("Space");
      assertThat(page.locator("#overlay")).hasCSS("opacity", "1");
      tabTo(page, page.locator(".label").nth(1));
      assertThat(page.locator("#overlay-of"))
          .containsText(page.locator(".label .name").nth(1).textContent());
      tabTo(page, page.locator("summary").last());
      page.keyboard().press("Enter");
      assertThat(page.getByLabel("Answer as JSON")).isVisible();
    }
  }

  @Test
  void status_moves_andAsksOnlyWhileItIsSeen() {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      AtomicInteger asked = new AtomicInteger();
      page.onRequest(request -> asked.addAndGet(request.url().endsWith("/v1/status") ? 1 : 0));
      Assertions.assertThat(asked.get()).isZero();
      page.getByRole(AriaRole.LINK, named("Status")).click();
      Locator answered = page.locator(".model").first().locator("dd").last();
      assertThat(answered).isVisible();
      String before = answered.textContent();
      server.form("/v1/classify", "image", RunningServer.picture("pictures/cat.jpg"));
      assertThat(answered).not().hasText(before);
      for (String name : List.of("Requests", "Refused or failed", "Waiting, running", "Memory")) {
        assertThat(page.locator("#totals")).containsText(name);
      }
      assertThat(page.locator(".model")).hasCount(2);
      page.locator(".model summary").first().click();
      assertThat(page.locator(".model details p").first()).isVisible();
      page.getByRole(AriaRole.LINK, named("Classify")).click();
      assertThat(page.locator("#drop")).isVisible();
    }
  }

  @Test
  void motion_notWanted_isNotShown() {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      page.emulateMedia(new Page.EmulateMediaOptions().setReducedMotion(ReducedMotion.REDUCE));
      choose(page, ESPRESSO);
      assertThat(page.locator(".fill").first()).hasCSS("animation-name", "none");
      assertThat(page.locator("#overlay")).hasCSS("transition-property", "none");
    }
  }

  @ParameterizedTest
  @CsvSource({"LIGHT, 1440, 900", "DARK, 820, 1180", "DARK, 390, 844", "LIGHT, 390, 844"})
  void eachState_isWithoutBarriers(ColorScheme scheme, int width, int height) throws IOException {
    try (Visit visit = browsing.visit(address, scheme, width, height)) {
      Page page = visit.page;
      assertThat(page.locator("#choose")).isVisible();
      assertNoBarriers(visit, "empty");

      List<Route> held = new ArrayList<>();
      page.route(CLASSIFY, held::add);
      choose(page, ESPRESSO);
      assertThat(page.locator(".answer")).hasAttribute("aria-busy", "true");
      assertNoBarriers(visit, "loading");
      page.waitForCondition(() -> !held.isEmpty());
      held.get(0).resume();
      page.unroute(CLASSIFY);
      assertThat(page.locator(".label")).hasCount(5);
      page.locator("summary").getByText("JSON").click();
      page.getByText("Show where the model looked").click();
      assertThat(page.locator("#overlay")).hasCSS("opacity", "1");
      assertNoBarriers(visit, "answered");

      page.selectOption("#other", "resnet20-cifar10");
      assertThat(page.locator(".answer .labels")).hasCount(2);
      Assertions.assertThat(page.locator(".frame").boundingBox().width).isGreaterThan(240);
      choose(page, CAT, ESPRESSO);
      assertThat(page.locator("#gallery-count")).hasText("3 of 3 answered");
      assertNoBarriers(visit, "gallery");
      page.selectOption("#other", "");

      page.route(CLASSIFY, route -> route.fulfill(problem(ProblemType.IMAGE_TRUNCATED)));
      choose(page, CAT);
      assertThat(page.locator(".problem")).containsText("truncated");
      assertNoBarriers(visit, "failed");
      page.unroute(CLASSIFY);
      page.route(CLASSIFY, route -> route.fulfill(overload(WAIT)));
      choose(page, CAT);
      assertThat(page.locator(".problem.soft")).isVisible();
      assertNoBarriers(visit, "overloaded");

      page.getByRole(AriaRole.LINK, named("Status")).click();
      assertThat(page.locator(".model")).hasCount(2);
      page.locator(".model summary").first().click();
      assertNoBarriers(visit, "status");
    }
  }

  private static void assertNoBarriers(Visit visit, String state) throws IOException {
    Assertions.assertThat(visit.barriers()).as(state).isEmpty();
    Assertions.assertThat(visit.fitsInWidth()).as("%s fits", state).isTrue();
  }

  private static int seconds(Locator countdown) {
    return Integer.parseInt(countdown.textContent().replace(" s", ""));
  }

  private static void choose(Page page, Path... files) {
    page.setInputFiles("#files", files);
  }

  private static FilePayload file(String name, byte[] bytes) {
    return new FilePayload(name, "image/jpeg", bytes);
  }

  private static void tabTo(Page page, Locator wanted) {
    for (int i = 0; i < 40; i++) {
      page.keyboard().press("Tab");
      if ((boolean) wanted.evaluate("(element) => element === document.activeElement")) {
        return;
      }
    }
    throw new AssertionError("Tab does not lead to " + wanted);
  }

  private static FulfillOptions problem(ProblemType type) {
    return new FulfillOptions()
        .setStatus(400)
        .setContentType("application/problem+json")
        .setBody(
            JSON.writeValueAsString(
                Map.of(
                    "type",
                    type.uri().toString(),
                    "title",
                    type.title(),
                    "status",
                    400,
                    "detail",
                    "Detail of " + type.slug())));
  }

  private static FulfillOptions overload(int seconds) {
    return problem(ProblemType.OVERLOADED)
        .setStatus(429)
        .setHeaders(
            Map.of(
                "Retry-After",
                Integer.toString(seconds),
                "Content-Type",
                "application/problem+json"));
  }

  /** Answers as a model that finds a golden retriever. */
  private static void answerWith(Page page, Map<String, ?> rollup, double share, boolean unsure) {
    String body =
        JSON.writeValueAsString(
            Map.of(
                "model",
                "resnet50-tiny-imagenet",
                "predictions",
                List.of(
                    Map.of(
                        "label",
                        "golden retriever",
                        "index",
                        1,
                        "wnid",
                        "n02099601",
                        "probability",
                        share)),
                "rollup",
                rollup,
                "unsure",
                unsure));
    page.route(
        CLASSIFY,
        route ->
            route.fulfill(new FulfillOptions().setContentType("application/json").setBody(body)));
  }

  private static Map<String, ?> rolledUp(String label, String wnid, double share) {
    return Map.of("label", label, "wnid", wnid, "probability", share, "path", List.of());
  }

  private static String read(Download download) throws IOException {
    return Files.readString(download.path());
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }
}
