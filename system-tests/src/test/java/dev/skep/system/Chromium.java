package dev.skep.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.ConsoleMessage;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Request;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The system's own Chromium, driven as a person would. What pages ask for and complain of is kept:
 * a page must ask nobody but its own server, and break no rule of its policy.
 */
final class Chromium implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/chromium");
  private static final double PATIENCE_MILLIS = 20_000;

  private final Playwright playwright;
  private final Browser browser;
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final List<String> complaints = new CopyOnWriteArrayList<>();

  private Chromium(Playwright playwright, Browser browser) {
    this.playwright = playwright;
    this.browser = browser;
  }

  /** Starts it; skips the test, with the reason, where it is not installed. */
  static Chromium start() {
    assumeTrue(Files.isExecutable(PROGRAM), PROGRAM + " is not installed");
    Playwright playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    Browser browser =
        playwright
            .chromium()
            .launch(
                new BrowserType.LaunchOptions()
                    .setExecutablePath(PROGRAM)
                    .setArgs(
                        List.of(
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-dev-shm-usage",
                            "--disable-background-networking")));
    return new Chromium(playwright, browser);
  }

  /** A page of its own, with its own cookies and passwords. */
  Page page(Browser.NewContextOptions how) {
    BrowserContext context = browser.newContext(how);
    context.setDefaultTimeout(PATIENCE_MILLIS);
    Page page = context.newPage();
    page.onRequest((Request request) -> asked.add(request.url()));
    page.onConsoleMessage(
        (ConsoleMessage said) -> {
          if (said.type().equals("error") || said.type().equals("warning")) {
            complaints.add(said.text());
          }
        });
    page.onPageError(complaints::add);
    page.onDialog(
        dialog -> {
          complaints.add("a dialog: " + dialog.message());
          dialog.dismiss();
        });
    return page;
  }

  Page page() {
    return page(new Browser.NewContextOptions());
  }

  /** What pages did so far does not count. */
  void forget() {
    asked.clear();
    complaints.clear();
  }

  /** Nobody else was asked for anything, and nothing was complained of. */
  void assertThatAllWasWell(String authority) {
    assertThat(complaints).isEmpty();
    assertThat(asked)
        .isNotEmpty()
        .allSatisfy(
            url ->
                assertThat(url.startsWith("data:") || authority.equals(authority(url)))
                    .as(url)
                    .isTrue());
  }

  private static String authority(String url) {
    return String.valueOf(URI.create(url.replaceFirst("\\?.*", "")).getAuthority());
  }

  @Override
  public void close() {
    browser.close();
    playwright.close();
  }
}
