package org.resnetserving.ops;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Page;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.resnetserving.RunningServer;
import org.resnetserving.ops.Browsing.Visit;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** The page of a service that asks for keys. */
@Tag("ops")
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "management.server.port=0",
      "resnet.models=resnet20-cifar10",
      "resnet.serving.precision=fp32",
      // printf %s "a-key" | sha256sum
      "resnet.security.api-keys=reader:2a8a1240f50636655520ac8ed22aa29473b8517b4abfdbc3bc03bcad73fc8849"
    })
class KeyInBrowserIT {
  private static final String KEY = "a-key";
  private static final Path CAT = Path.of("src/test/resources/pictures/cat.jpg");

  private static Browsing browsing;

  private final RunningServer server;
  private final String address;

  KeyInBrowserIT(@LocalServerPort int port) {
    server = new RunningServer(port);
    address = "http://127.0.0.1:" + port + "/";
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
    await().atMost(Duration.ofMinutes(2)).until(() -> server.get("/readyz").status() == 200);
  }

  @Test
  void key_askedFor_isTakenAndForgottenWithThePage() throws Exception {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      assertThat(page.locator("#key-box")).isVisible();
      assertThat(page.locator("#key")).isFocused();
      Assertions.assertThat(visit.barriers()).isEmpty();
      give(page, "no key of yours");
      assertThat(page.locator("#key-why")).containsText("no blanks");
      give(page, "wrong");
      assertThat(page.locator("#key-why")).containsText("does not know this key");
      assertThat(page.locator("#key")).hasAttribute("aria-invalid", "true");
      give(page, KEY);
      assertThat(page.locator("#key-box")).isHidden();
      page.locator("#files").setInputFiles(CAT);
      assertThat(page.locator(".label")).hasCount(5);
      page.locator("summary").getByText("Command").click();
      assertThat(page.locator(".command code")).containsText("$KEY");
      page.locator("#to-status").click();
      assertThat(page.locator("#models")).containsText("ready");
      Assertions.assertThat(page.content()).doesNotContain(KEY);
      Assertions.assertThat(page.evaluate("localStorage.length + sessionStorage.length"))
          .isEqualTo(0);
      page.reload();
      assertThat(page.locator("#key-box")).isVisible();
    }
  }

  @Test
  void key_refusedByTheReader_isAskedForAgainWhenThereIsAPicture() {
    try (Visit visit = browsing.visit(address)) {
      Page page = visit.page;
      page.locator("#key").press("Escape");
      assertThat(page.locator("#key-box")).isHidden();
      assertThat(page.locator("#notice")).containsText("API key is missing");
      page.locator("#files").setInputFiles(CAT);
      assertThat(page.locator("#key-box")).isVisible();
      give(page, KEY);
      assertThat(page.locator(".label")).hasCount(5);
      assertThat(page.locator("#notice")).isHidden();
    }
  }

  @Test
  void status_withoutAKey_asksOnce() {
    try (Visit visit = browsing.visit(address + "#status")) {
      Page page = visit.page;
      page.locator("#key-cancel").click();
      assertThat(page.locator("#status-problem")).containsText("API key is missing");
      assertThat(page.locator("#key-box")).isHidden();
      page.locator("#to-classify").click();
      assertThat(page.locator("#key-box")).isVisible();
      give(page, KEY);
      page.locator("#to-status").click();
      assertThat(page.locator("#models")).containsText("ready");
    }
  }

  private static void give(Page page, String key) {
    page.locator("#key").fill(key);
    page.locator("#key").press("Enter");
  }
}
