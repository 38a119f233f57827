package dev.skep.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent's page in a browser, used as a person uses it, against a real agent in a real swarm: a
 * tracker, a source with a slow line, and a folder of two files.
 */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // each test's agent sets what it needs when it is opened
class AgentPageIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration TO_START = Duration.ofSeconds(90);
  private static final Path SCREENSHOTS = Path.of("target/pages");

  /** Below the least of a phone's width nothing is to be scrolled sideways. */
  private static final List<Integer> WIDTHS = List.of(390, 1280, 1920);

  @TempDir private static Path temp;
  private static final List<Running> programs = new ArrayList<>();
  private static Chromium chromium;
  private static Path torrent;
  private static String hash;

  private Running agent;
  private String url;
  private String authority;
  private Page page;
  private Path kept;

  @BeforeAll
  static void openSwarm() throws Exception {
    chromium = Chromium.start();
    Running tracker =
        Running.skep(
            temp,
            "tracker",
            "tracker",
            "run",
            "--bind",
            "127.0.0.1",
            "--port",
            0,
            "--udp-port",
            0,
            "--data",
            temp.resolve("tracker"));
    programs.add(tracker);
    Path data = Files.createDirectories(temp.resolve("season"));
    TestFolder.file(data.resolve("first.mp4"), 750_000, 1);
    TestFolder.file(data.resolve("second.mp4"), 750_000, 2);
    torrent = temp.resolve("season.torrent");
    String announce = tracker.announceUrl(TO_START);
    String created =
        Skep.run(temp, "create", data, "-t", announce, "-o", torrent, "--piece-length", "32KiB")
            .out();
    Matcher said = Pattern.compile("\\b[0-9a-f]{40}\\b").matcher(created);
    Assertions.assertThat(said.find()).as(created).isTrue();
    hash = said.group();
    programs.add(
        Running.skep(
                temp,
                "source",
                "seed",
                torrent,
                data,
                "--bind",
                "127.0.0.1",
                "--port",
                0,
                "--max-up",
                "400KiB/s")
            .awaitSaid("ready on", SOON));
  }

  @AfterAll
  static void closeSwarm() {
    programs.forEach(Running::close);
    if (chromium != null) {
      chromium.close();
    }
  }

  @BeforeEach
  void openAgent() throws Exception {
    PlaywrightAssertions.setDefaultAssertionTimeout((double) SOON.toMillis());
    chromium.forget();
    kept = Files.createTempDirectory(temp, "agent");
    open();
    page = chromium.page();
    page.navigate(url);
  }

  private void open() throws Exception {
    open("--rpc-port", 0);
  }

  private void open(Object... more) throws Exception {
    List<Object> words = new ArrayList<>(List.of("agent", "run", "--data", kept));
    words.addAll(List.of("--bind", "127.0.0.1", "--port", 0));
    words.addAll(List.of(more));
    agent = Running.skep(temp, "agent", words.toArray());
    URI at = agent.controlledAt(SOON);
    url = at.toString();
    authority = at.getAuthority();
  }

  @AfterEach
  void closeAgent() {
    page.context().close();
    agent.close();
  }

  private Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private Locator dialog() {
    return page.getByRole(AriaRole.DIALOG);
  }

  private Locator files() {
    return labelled(".torrent files");
  }

  /** What stands in a dialog below exactly these words. */
  private Locator labelled(String words) {
    return dialog().getByLabel(words, new Locator.GetByLabelOptions().setExact(true)).first();
  }

  private Locator inDialog(String button) {
    return dialog()
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(button).setExact(true));
  }

  private Locator row() {
    return page.locator("[data-hash='" + hash + "']");
  }

  private Locator said() {
    return page.getByRole(AriaRole.STATUS);
  }

  private void add() {
    button("Add").click();
    files().setInputFiles(torrent);
    inDialog("Add").click();
    assertThat(said()).containsText("Added season.");
  }

  /** A torrent that nobody has the data of. */
  private void addOther(String name) throws Exception {
    Path other = TestFolder.file(temp.resolve(name), 50_000, 3);
    Path torrent = temp.resolve(name + ".torrent");
    Assertions.assertThat(Skep.run(temp, "create", other, "-o", torrent).status()).isZero();
    button("Add").click();
    files().setInputFiles(torrent);
    inDialog("Add").click();
    assertThat(said()).containsText("Added " + name + ".");
  }

  /** What all torrents together may receive. */
  private void limitAll(String kilobytes) {
    button("Limits").click();
    labelled("Receive at most").check();
    dialog().getByLabel("Receive at most, kB/s").fill(kilobytes);
    inDialog("Set").click();
    assertThat(said()).containsText("The limits hold.");
  }

  private void openTorrent() {
    row().getByRole(AriaRole.LINK).click();
    assertThat(heading("season")).isVisible();
  }

  private Locator heading(String name) {
    return page.getByRole(
        AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  @Test
  void aFileIsAddedAndItsDownloadIsSeenLiveToItsEnd() {
    add();
    assertThat(row()).containsText("downloading");
    openTorrent();
    assertThat(page.locator(".peers")).containsText("Skep");
    assertThat(page.locator(".peers")).containsText("tracker");
    assertThat(page.locator(".peers abbr").first())
        .hasAttribute("title", Pattern.compile("it serves us|it does not serve us"));
    assertThat(page.locator("#doctor")).containsText("receives");
    assertThat(page.locator("#chart canvas")).isVisible();
    assertThat(page.getByRole(AriaRole.IMG))
        .hasAttribute("aria-label", Pattern.compile("46 pieces of 32 KiB"));
    assertThat(page.getByText("Success")).isVisible();
    assertThat(page.locator(".figures")).containsText("100 %");
    assertThat(page.locator("#doctor")).containsText("seeding");
    chromium.assertThatAllWasWell(authority);
  }

  @Test
  @Tag("ci")
  void magnetLinksAndAddressesAreAddedAndWhatIsNeitherIsRefusedInWords() throws Exception {
    HttpServer files =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] bytes = Files.readAllBytes(torrent);
    files.createContext(
        "/season.torrent",
        exchange -> {
          exchange.sendResponseHeaders(200, bytes.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
          }
        });
    files.start();
    try {
      button("Add").click();
      dialog().getByLabel("Magnet links").fill("magnet:?xt=nothing");
      inDialog("Add").click();
      assertThat(page.locator(".warning.bad")).isVisible();
      assertThat(dialog()).isVisible();
      String address = "http://127.0.0.1:" + files.getAddress().getPort() + "/season.torrent";
      dialog().getByLabel("Magnet links").fill("magnet:?xt=urn:btih:" + hash + "\n" + address);
      dialog().getByLabel("Do not begin yet").check();
      dialog().getByLabel("Labels").fill("films, new");
      inDialog("Add").click();
      assertThat(said()).containsText("is there already");
      assertThat(row()).containsText("paused");
      assertThat(row()).containsText("films");
    } finally {
      files.stop(0);
    }
  }

  @Test
  @Tag("ci")
  void aFileIsDroppedOntoThePage() throws Exception {
    String base64 = Base64.getEncoder().encodeToString(Files.readAllBytes(torrent));
    page.evaluate(
        """
        base64 => {
          const carried = new DataTransfer();
          const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
          carried.items.add(new File([bytes], "season.torrent"));
          document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: carried, bubbles: true, cancelable: true }));
        }
        """,
        base64);
    assertThat(dialog()).containsText("season.torrent");
    inDialog("Add").click();
    assertThat(row()).isVisible();
  }

  @Test
  @Tag("ci")
  void oneIsPausedLimitedCheckedMovedAndRemovedAndItsDataStays() throws Exception {
    add();
    openTorrent();
    button("Limit").click();
    labelled("Receive at most").check();
    dialog().getByLabel("Receive at most, kB/s").fill("5000");
    inDialog("Set").click();
    assertThat(page.locator(".facts")).containsText("4.8 MiB/s");
    assertThat(page.locator(".figures")).containsText("100 %");
    button("Pause").click();
    assertThat(page.locator("#doctor")).containsText("paused by its owner");
    button("Resume").click();
    assertThat(page.locator("#doctor")).containsText("seeding");
    button("Verify").click();
    assertThat(said()).containsText("Checking season.");
    button("Ask trackers").click();
    assertThat(said()).containsText("Asks its trackers.");

    Path moved = kept.resolveSibling("moved");
    button("Move").click();
    dialog().getByLabel("Folder on the agent's machine").fill(moved.toString());
    inDialog("Move").click();
    assertThat(page.locator(".facts")).containsText(moved.toString());
    await().atMost(SOON).until(() -> Files.exists(moved.resolve("season/second.mp4")));

    button("Remove").click();
    inDialog("Remove").click();
    assertThat(heading("Torrents 0")).isVisible();
    Assertions.assertThat(moved.resolve("season/first.mp4")).exists();
    chromium.assertThatAllWasWell(authority);
  }

  @Test
  void dataIsDeletedOnlyByWhoSaysSoTwice() {
    add();
    openTorrent();
    assertThat(page.locator(".figures")).containsText("100 %");
    Path first = kept.resolve("downloads/season/first.mp4");
    button("Remove").click();
    dialog().getByLabel("Delete its data too").check();
    inDialog("Remove and delete …").click();
    assertThat(dialog()).containsText("cannot be undone");
    assertThat(inDialog("Keep it all")).isFocused();
    inDialog("Keep it all").click();
    Assertions.assertThat(first).exists();

    button("Remove").click();
    dialog().getByLabel("Delete its data too").check();
    inDialog("Remove and delete …").click();
    inDialog("Delete the files").click();
    assertThat(said()).containsText("its data is deleted");
    await().atMost(SOON).until(() -> !Files.exists(first));
  }

  @Test
  @Tag("ci")
  void severalAreChosenPausedFoundAndResumed() throws Exception {
    add();
    addOther("other.iso");
    assertThat(page.getByLabel("Choose other.iso")).isVisible();
    page.getByLabel("Choose all").check();
    button("Pause").click();
    assertThat(said()).containsText("Paused 2 torrents.");
    assertThat(row()).containsText("paused");
    page.getByLabel("Find by name or label").fill("other");
    assertThat(row()).isHidden();
    page.getByLabel("Find by name or label").fill("");
    page.getByLabel("Show").selectOption("downloading");
    assertThat(page.getByText("No torrent is like that.")).isVisible();
    page.getByLabel("Show").selectOption("all");
    page.getByLabel("Sort by").selectOption("name");
    assertThat(page.locator(".torrent[data-hash] a").first()).hasText("other.iso");
    page.getByLabel("Choose season").uncheck();
    button("Resume").click();
    assertThat(said()).containsText("Resumed other.iso.");
    assertThat(row()).containsText("paused");
    page.getByLabel("Choose other.iso").uncheck();
    page.getByLabel("Choose season").check();
    button("To the top").click();
    button("Verify").click();
    button("Remove").click();
    inDialog("Remove").click();
    assertThat(row()).hasCount(0);
  }

  @Test
  @Tag("ci")
  void limitsOfAllHoldAndSoDoTheOthersWhenItIsToBeSlow() {
    limitAll("100");
    add();
    openTorrent();
    assertThat(page.locator("#doctor")).containsText("the download limit over all");
    button("Slow").click();
    assertThat(button("Slow")).hasAttribute("aria-pressed", "true");
    assertThat(page.locator("#doctor")).containsText("of 49 KiB/s");
  }

  @Test
  @Tag("ci")
  void filesAreLeftOutAndPutFirst() {
    limitAll("150");
    add();
    openTorrent();
    page.getByLabel("season/first.mp4 is wanted").uncheck();
    assertThat(page.locator(".facts")).containsText("of it wanted");
    page.getByLabel("Priority of season/second.mp4").selectOption("high");
    await().atMost(SOON).until(() -> asked("agent", "files", "1").contains("high"));
    assertThat(page.getByLabel("Play season/second.mp4"))
        .hasAttribute("href", "/media?torrent=" + hash + "&file=1");
    page.getByLabel("season/first.mp4 is wanted").check();
    assertThat(page.locator(".facts")).not().containsText("of it wanted");
  }

  private String asked(Object... words) throws Exception {
    return Skep.runWith(Map.of("SKEP_AGENT", authority), temp, words).out();
  }

  @Test
  void aHostileNameIsTextAndNothingElse() throws Exception {
    String name = "<img src=x onerror=alert(1)>\u202e4pm.\u202d";
    Path hostile = temp.resolve("hostile.torrent");
    byte[] bytes = name.getBytes(UTF_8);
    var torrent = new ByteArrayOutputStream();
    torrent.writeBytes(
        ("d7:comment29:<script>alert(2)</script>\"'\u0007x4:infod6:lengthi5e4:name"
                + bytes.length
                + ":")
            .getBytes(UTF_8));
    torrent.writeBytes(bytes);
    torrent.writeBytes("12:piece lengthi16384e6:pieces20:aaaaaaaaaaaaaaaaaaaaee".getBytes(UTF_8));
    Files.write(hostile, torrent.toByteArray());
    button("Add").click();
    files().setInputFiles(hostile);
    inDialog("Add").click();
    Locator link = page.locator(".torrent[data-hash] a");
    assertThat(link).containsText("<img src=x onerror=alert(1)>_4pm._");
    link.click();
    assertThat(page.locator(".facts")).containsText("<script>alert(2)</script>\"'?x");
    Assertions.assertThat(page.locator("img").count()).isZero();
    chromium.assertThatAllWasWell(authority);
  }

  @Test
  @Tag("ci")
  void aKeyboardIsEnough() {
    add();
    button("Add").focus();
    page.keyboard().press("Enter");
    assertThat(dialog()).isVisible();
    page.keyboard().press("Escape");
    assertThat(dialog()).isHidden();
    assertThat(button("Add")).isFocused();
    page.getByLabel("Choose season").focus();
    page.keyboard().press("Space");
    assertThat(button("Pause")).isEnabled();
    page.keyboard().press("Tab");
    page.keyboard().press("Enter");
    assertThat(heading("season")).isFocused();
    page.goBack();
    assertThat(heading("Torrents 1")).isFocused();
  }

  @Test
  @Tag("ci")
  void thePasswordIsAskedForAndAnAgentThatComesBackIsSeen() throws Exception {
    agent.close();
    Path password = Files.writeString(temp.resolve("password"), "secret\n");
    String hashed = hashed(password);
    Path config =
        Files.writeString(
            temp.resolve("agent.properties"), "skep.agent.rpc.password=" + hashed + "\n");
    open("--config", config, "--rpc-port", 0);
    page.context().close();
    page = chromium.page(new Browser.NewContextOptions().setHttpCredentials("skep", "secret"));
    page.navigate(url);
    add();
    String port = authority.substring(authority.indexOf(':') + 1);
    agent.close();
    assertThat(page.getByRole(AriaRole.ALERT)).isVisible();
    open("--config", config, "--rpc-port", port);
    assertThat(page.getByRole(AriaRole.ALERT)).isHidden();
    assertThat(row()).isVisible();
  }

  private static String hashed(Path password) throws Exception {
    Process process =
        new ProcessBuilder(Running.skepCommand("agent", "password"))
            .redirectInput(password.toFile())
            .start();
    try (var out = process.getInputStream()) {
      return new String(out.readAllBytes(), UTF_8).strip();
    }
  }

  @Test
  @Tag("ci")
  void itFitsPhonesAndWideScreensInLightAndDark() throws Exception {
    limitAll("100");
    add();
    addOther("debian-with-a-rather-long-name-12.5.0-amd64.iso");
    Files.createDirectories(SCREENSHOTS);
    for (String view : List.of("list", "torrent", "add")) {
      switch (view) {
        case "list" -> assertThat(row()).containsText("downloading");
        case "torrent" -> {
          openTorrent();
          assertThat(page.locator("#chart canvas")).isVisible();
        }
        default -> button("Add").click();
      }
      for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        for (int width : WIDTHS) {
          page.setViewportSize(width, width < 500 ? 844 : 1000);
          String shot = view + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT);
          page.waitForTimeout(300);
          Assertions.assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
              .as(shot)
              .isLessThanOrEqualTo(width);
          page.screenshot(
              new Page.ScreenshotOptions()
                  .setPath(SCREENSHOTS.resolve(shot + ".png"))
                  .setFullPage(!view.equals("add")));
        }
      }
    }
  }
}
