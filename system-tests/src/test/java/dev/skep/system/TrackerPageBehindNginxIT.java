package dev.skep.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tracker's page as a part of another site: nginx shows it under a path of its own. */
@Timeout(240)
@Tag("ci")
class TrackerPageBehindNginxIT {
  private static final Duration TO_START = Duration.ofSeconds(90);
  private static final double SOON_MILLIS = 30_000;
  private static final String HOST = Nginx.HOST;
  private static final String PREFIX = "/some/tracker";
  private static final String TOKEN = "the-token-of-this-test";
  private static final Path SCREENSHOTS = Path.of("target/pages");

  @TempDir private Path folder;
  private final List<AutoCloseable> running = new ArrayList<>();

  @AfterEach
  void everythingEnds() throws Exception {
    for (AutoCloseable program : running.reversed()) {
      program.close();
    }
  }

  /** The port of nginx, which passes requests on to {@code behind}. */
  private int startNginx(String behind) throws IOException {
    Nginx nginx =
        Nginx.start(
            folder,
            "",
            """
            location %s/ {
              proxy_pass %s; proxy_http_version 1.1; proxy_buffering off;
              proxy_set_header Host $http_host;
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
            }
            """
                .formatted(PREFIX, behind));
    running.add(nginx);
    return nginx.port();
  }

  private String startTracker() throws IOException, InterruptedException {
    Path config =
        Files.writeString(
            folder.resolve("tracker.properties"),
            "skep.admin.token=%s%nskep.http.prefix=%s%n".formatted(TOKEN, PREFIX));
    Running tracker =
        Running.skep(
            folder,
            "tracker",
            "tracker",
            "run",
            "--bind",
            HOST,
            "--port",
            0,
            "--udp-port",
            0,
            "--data",
            folder.resolve("data"),
            "--config",
            config);
    running.add(tracker);
    return tracker.announceUrl(TO_START).replaceFirst("(//[^/]+).*", "$1");
  }

  private static void publish(HttpClient http, String site) throws Exception {
    String torrent =
        "d4:infod6:lengthi16384e4:name9:proxy.iso12:piece lengthi16384e6:pieces20:%se"
            .formatted("x".repeat(20));
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(site + "/api/v1/torrents?name=proxy.iso&label=web"))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/x-bittorrent")
                .POST(BodyPublishers.ofString(torrent + "e"))
                .build(),
            BodyHandlers.ofString());
    Assertions.assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
  }

  /** With the prefix passed on, and taken off by nginx. */
  @ParameterizedTest
  @ValueSource(strings = {"", "/"})
  void everythingOnItWorksUnderThePath(String passedTo) throws Exception {
    int port = startNginx(startTracker() + passedTo);
    String site = "http://" + HOST + ":" + port + PREFIX;
    try (HttpClient http = HttpClient.newHttpClient();
        Chromium chromium = Chromium.start()) {
      Page page = chromium.page();
      page.navigate(site + "/");
      soon(page.locator("#health")).containsText("Healthy");
      publish(http, site);
      Locator row = page.locator("tr", new Page.LocatorOptions().setHasText("proxy.iso"));
      soon(row).containsText("web"); // told by the event stream, without loading anew
      looksWell(page, "overview" + passedTo.length());

      logInAndOut(page);
      row.getByRole(AriaRole.LINK).first().click();
      soon(page.locator("h1")).containsText("proxy.iso");
      assertThat(page.locator("#download"))
          .hasAttribute("href", Pattern.compile(".*" + PREFIX + "/torrents/[0-9a-f]{40}.torrent"));
      Assertions.assertThat(page.waitForDownload(() -> page.locator("#download").click()).path())
          .isNotEmptyFile();
      looksWell(page, "torrent" + passedTo.length());
      chromium.assertThatAllWasWell(HOST + ":" + port);
    }
  }

  private static LocatorAssertions soon(Locator what) {
    what.first().waitFor(new Locator.WaitForOptions().setTimeout(SOON_MILLIS));
    return assertThat(what);
  }

  private static void logInAndOut(Page page) {
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log in")).click();
    Locator dialog = page.getByRole(AriaRole.DIALOG);
    dialog.getByLabel("The tracker's admin token").fill(TOKEN);
    dialog.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Log in")).click();
    Locator logOut =
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log out"));
    assertThat(logOut).isVisible();
    page.reload();
    assertThat(logOut).isVisible();
    logOut.click();
    assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log in")))
        .isVisible();
  }

  private static void looksWell(Page page, String view) throws IOException {
    Files.createDirectories(SCREENSHOTS);
    for (int width : List.of(390, 1280)) {
      page.setViewportSize(width, width < 500 ? 844 : 1000);
      Assertions.assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
          .as(view)
          .isLessThanOrEqualTo(width);
      page.screenshot(
          new Page.ScreenshotOptions()
              .setPath(SCREENSHOTS.resolve("tracker-behind-nginx-" + view + "-" + width + ".png"))
              .setFullPage(true));
    }
  }
}
