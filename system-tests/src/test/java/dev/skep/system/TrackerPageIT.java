package dev.skep.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tracker's page in a browser, used as a person uses it, against a real tracker. */
@Timeout(120)
@SuppressWarnings("NullAway.Init") // each test's page is opened before it
class TrackerPageIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration TO_START = Duration.ofSeconds(90);
  private static final Path SCREENSHOTS = Path.of("target/pages");
  private static final String TOKEN = "the-token-of-this-test";
  private static final List<Integer> WIDTHS = List.of(390, 1280, 1920);

  /** Counts the points of the map that are more red than green. */
  private static final String REDS =
      """
      () => {
        const map = document.getElementById("map");
        const copy = document.createElement("canvas");
        [copy.width, copy.height] = [map.width, map.height];
        const paper = copy.getContext("2d", { willReadFrequently: true });
        paper.drawImage(map, 0, 0);
        const { data } = paper.getImageData(0, 0, map.width, map.height);
        let reds = 0;
        for (let i = 0; i < data.length; i += 4) {
          if (data[i] > 1.5 * data[i + 1] && data[i + 3] > 0) reds++;
        }
        return reds;
      }
      """;

  @TempDir private static Path temp;
  private static final HttpClient http = HttpClient.newHttpClient();
  private static Chromium chromium;
  private static Running tracker;
  private static String url;
  private static int published;

  private Page page;

  @BeforeAll
  static void openTracker() throws Exception {
    chromium = Chromium.start();
    tracker = tracker(temp.resolve("open"), 0);
    url = tracker.announceUrl(TO_START).replace("/announce", "");
  }

  private static Running tracker(Path data, int port, String... settings) throws IOException {
    Path config =
        Files.writeString(
            Files.createDirectories(data).resolve("tracker.properties"),
            """
            skep.admin.token=%s
            skep.rollout.interval=1s
            skep.rollout.stalled.after=3s
            skep.limit.api.per.address=1000
            skep.announce.zones=127.0.0.0/8
            skep.catalogue.keep=kept=2
            skep.webhook.hosts=hooks.invalid
            skep.webhook.secret=the-secret-of-this-test
            %s
            """
                .formatted(TOKEN, String.join("\n", settings)));
    return Running.skep(
        temp,
        "tracker",
        "tracker",
        "run",
        "--bind",
        "127.0.0.1",
        "--port",
        port,
        "--udp-port",
        0,
        "--data",
        data.resolve("data"),
        "--config",
        config);
  }

  @AfterAll
  static void closeTracker() {
    if (tracker != null) {
      tracker.close();
    }
    if (chromium != null) {
      chromium.close();
    }
    http.close();
  }

  @BeforeEach
  void openPage() {
    PlaywrightAssertions.setDefaultAssertionTimeout((double) SOON.toMillis());
    chromium.forget();
    page = chromium.page();
    page.navigate(url);
  }

  @AfterEach
  void closePage() {
    page.context().close();
  }

  private static String authority() {
    return URI.create(url).getAuthority();
  }

  // ---- What happens at the tracker

  private static String send(String method, String path, String type, byte[] body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", type)
                .method(method, BodyPublishers.ofByteArray(body))
                .build(),
            BodyHandlers.ofString(UTF_8));
    Assertions.assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
    return answer.body();
  }

  /** Registers a torrent of one piece that is no other's; gives its info-hash. */
  private static String publish(String name, String... labels) throws Exception {
    return publish(1, name, labels);
  }

  private static String publish(int pieces, String name, String... labels) throws Exception {
    byte[] bytes = name.getBytes(UTF_8);
    var info = new ByteArrayOutputStream();
    info.writeBytes(
        "d6:lengthi%de4:name%d:".formatted(16384L * pieces, bytes.length).getBytes(ISO_8859_1));
    info.writeBytes(bytes);
    info.writeBytes(
        "12:piece lengthi16384e6:pieces%d:%s%020de"
            .formatted(20 * pieces, "x".repeat(20 * pieces - 20), ++published)
            .getBytes(UTF_8));
    var file = new ByteArrayOutputStream();
    file.writeBytes("d4:info".getBytes(UTF_8));
    file.writeBytes(info.toByteArray());
    file.write('e');
    send(
        "POST",
        "/api/v1/torrents?name="
            + URLEncoder.encode(name, UTF_8)
            + Stream.of(labels).map(label -> "&" + label).collect(Collectors.joining()),
        "application/x-bittorrent",
        file.toByteArray());
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(info.toByteArray()));
  }

  private static void announce(String hash, int port, long left, String more) throws Exception {
    String query =
        "/announce?info_hash=%s&peer_id=-KE0100-%012d&port=%d&uploaded=0&downloaded=%d&left=%d&compact=1"
            .formatted(hash.replaceAll("..", "%$0"), port, port, 16384 - left, left);
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(url + query + more)).build(),
            BodyHandlers.ofString(ISO_8859_1));
    Assertions.assertThat(answer.body()).contains("8:interval");
  }

  /** An agent that fetches, and has these pieces (a bitfield, or runs, in Base64). */
  private static void has(String hash, int port, long left, String pieces) throws Exception {
    announce(
        hash,
        port,
        left,
        "&skep_host=has-%d&skep_id=%032x&skep_state=fetching&skep_pieces=%s"
            .formatted(port, port, pieces));
  }

  /** What an agent says of itself beside an announce. */
  private static void report(String hash, String host, String state, long left, String reason)
      throws Exception {
    String id = "%032x".formatted(host.hashCode() & 0xffffffffL);
    announce(
        hash,
        20_000 + Math.floorMod(host.hashCode(), 20_000),
        left,
        "&skep_host=%s&skep_id=%s&skep_state=%s%s"
            .formatted(
                host,
                id,
                state,
                reason.isEmpty() ? "" : "&skep_reason=" + reason.replace(" ", "%20")));
  }

  private static String roll(String hash, String hosts) throws Exception {
    String row =
        send(
            "POST",
            "/api/v1/rollouts",
            "application/json",
            ("{\"torrent\":\"" + hash + "\"," + hosts + "}").getBytes(UTF_8));
    Matcher id = Pattern.compile("\"id\":\"([0-9a-f]{12})\"").matcher(row);
    Assertions.assertThat(id.find()).as(row).isTrue();
    return id.group(1);
  }

  // ---- What is on the page

  private Locator row(String hash) {
    return page.locator("tr[data-hash='" + hash + "']");
  }

  private Locator heading(String name) {
    return page.getByRole(
        AriaRole.HEADING, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  private Locator tile(String host) {
    return page.locator("[data-host='" + host + "']");
  }

  // ---- Reading

  @Test
  void whatIsAnnouncedIsSeenWithoutLoadingAnew() throws Exception {
    assertThat(page.locator("#health")).containsText("Healthy");
    String hash = publish("live.iso", "label=images");
    assertThat(row(hash)).containsText("live.iso");
    announce(hash, 7001, 0, "");
    announce(hash, 7002, 8192, "");
    assertThat(row(hash).locator("td").nth(1)).hasText("1");
    assertThat(row(hash).locator("td").nth(2)).hasText("1");
    assertThat(page.locator("#chart canvas")).isVisible();
    page.getByLabel("Sort by").selectOption("leechers");
    assertThat(row(hash)).isVisible();

    row(hash).getByRole(AriaRole.LINK).first().click();
    assertThat(page.locator("h1")).containsText("live.iso");
    Locator peers = page.locator(".peers tbody tr");
    assertThat(peers).hasCount(2);
    assertThat(page.locator(".peers")).containsText("127.0.0.1:7001");
    assertThat(page.locator(".peers")).containsText("about 50 %");
    assertThat(page.locator(".peers")).containsText("Skep");
    announce(hash, 7003, 16384, "");
    assertThat(peers).hasCount(3);
    assertThat(page.locator("#chart canvas")).isVisible();
    chromium.assertThatAllWasWell(authority());
  }

  @Test
  @Tag("ci")
  void aTorrentHasALinkAndAFile() throws Exception {
    String hash = publish("linked file.iso");
    page.navigate(url + "/#/t/" + hash);
    assertThat(page.locator("#magnet"))
        .hasAttribute(
            "href",
            Pattern.compile("magnet:\\?xt=urn:btih:" + hash + ".*", Pattern.CASE_INSENSITIVE));
    assertThat(page.locator(".facts")).containsText("magnet:?xt=");
    Download download = page.waitForDownload(() -> page.locator("#download").click());
    Assertions.assertThat(download.suggestedFilename()).isEqualTo("linked file.iso.torrent");
    page.navigate(url + "/#/t/" + "0".repeat(40));
    assertThat(heading("Not here")).isVisible();
    chromium.assertThatAllWasWell(authority());
  }

  @Test
  @Tag("ci")
  void torrentsAreFoundByNameByLabelAndByInfoHash() throws Exception {
    String one = publish("needle-1.iso", "label=needles");
    String other = publish("thread.iso", "label=threads");
    page.getByLabel("Find by name or info-hash").fill("NEEDLE");
    assertThat(row(one)).isVisible();
    assertThat(row(other)).isHidden();
    row(one).getByText("needles").click();
    assertThat(button("Show all labels again")).isVisible();
    assertThat(row(one)).isVisible();
    assertThat(row(other)).isHidden();
    page.getByLabel("Find by name or info-hash").fill("no such thing");
    assertThat(page.getByText("No registered torrent is like that.")).isVisible();
    page.getByLabel("Find by name or info-hash").fill(other);
    assertThat(heading("thread.iso threads")).isVisible();
    chromium.assertThatAllWasWell(authority());
  }

  @Test
  @Tag("ci")
  void manyTorrentsComeAPageAtATime() throws Exception {
    List<String> hashes =
        IntStream.range(0, 60).mapToObj(i -> "%040x".formatted(0xabc000 + i)).toList();
    for (String hash : hashes) {
      announce(hash, 7001, 0, "");
    }
    Locator rows = page.locator(".swarms tbody tr");
    assertThat(rows).hasCount(50);
    button("Show more torrents").click();
    assertThat(rows.nth(54)).isVisible();
    Assertions.assertThat(
            rows.all().stream().map(each -> String.valueOf(each.getAttribute("data-hash"))))
        .doesNotHaveDuplicates();
    for (String hash : hashes) {
      announce(hash, 7001, 0, "&event=stopped"); // others' torrents are to be among the first
    }
  }

  @Test
  void aRolloutIsWatchedToItsEndAndWhoIsLateIsNamedWithItsReason() throws Exception {
    String hash = publish("site.tar");
    String deadline = Instant.now().plusSeconds(4).toString();
    String id =
        roll(
            hash,
            "\"hosts\":[\"web1\",\"web2\",\"web3\",\"web4\"],\"deadline\":\"" + deadline + "\"");
    Locator card = page.locator("[data-rollout='" + id + "']");
    assertThat(card).containsText("0 of 4 done, 4 never seen");
    card.getByRole(AriaRole.LINK).click();
    assertThat(heading("Rollout of site.tar")).isVisible();
    assertThat(tile("web1")).containsText("never seen");
    report(hash, "web1", "fetching", 8192, "");
    assertThat(tile("web1")).containsText("downloading");
    assertThat(tile("web1")).containsText("50 %");
    report(hash, "web2", "failed", 16384, "no space left");
    assertThat(tile("web2")).containsText("failed");
    assertThat(tile("web2")).containsText("no space left");
    assertThat(page.locator("[data-host]").first()).hasAttribute("data-host", "web2");
    report(hash, "web3", "verified", 0, "");
    assertThat(tile("web3")).containsText("done");
    assertThat(tile("web1")).containsText("nothing heard since");
    assertThat(page.locator("#how")).containsText("late");
    assertThat(tile("web4")).containsText("never seen, late");
    page.getByLabel("Show").selectOption("failed");
    assertThat(page.locator("[data-host]")).hasCount(1);
    page.getByLabel("Show").selectOption("all");
    page.getByLabel("Find by name").fill("web4");
    assertThat(page.locator("[data-host]")).hasCount(1);
    page.getByLabel("Find by name").fill("");
    for (String host : List.of("web1", "web2", "web4")) {
      report(hash, host, "verified", 0, "");
    }
    assertThat(page.locator("#how")).containsText("done: 4 of 4 done");
    chromium.assertThatAllWasWell(authority());
  }

  @Test
  void whatPeersHaveTogetherIsSeenPieceByPiece() throws Exception {
    String hash = publish(40, "pieces.iso");
    has(hash, 7201, 20 * 16384, "AQAU"); // the first twenty
    page.navigate(url + "/#/t/" + hash);
    assertThat(page.locator("#copies"))
        .hasText("0.5 copies in the swarm: 1 says which pieces it has.");
    assertThat(page.locator("#map"))
        .hasAttribute("aria-label", "40 pieces; 20 of them none of these peers has.");
    Assertions.assertThat(reds()).isPositive();
    has(hash, 7202, 10 * 16384, "AQoe"); // all but the first ten
    announce(hash, 7203, 20 * 16384, "");
    assertThat(page.locator("#map"))
        .hasAttribute("aria-label", "40 pieces; each is there once at least.");
    assertThat(page.locator("#copies"))
        .hasText(
            Pattern.compile(
                "1[.]7[0-9]? copies in the swarm: 2 say which pieces they have, 1 is counted by"
                    + " what it says is left[.]"));
    Assertions.assertThat(reds()).isZero();
    chromium.assertThatAllWasWell(authority());
  }

  /** How many points of the map have the colour of what is missing everywhere. */
  private int reds() {
    page.waitForTimeout(300);
    return (Integer) page.evaluate(REDS);
  }

  @Test
  @Tag("ci")
  void ofSeveralUnderOneNameTheOneThatIsMeantIsSaidAndOthersMayBeChosen() throws Exception {
    String older = publish("same.tar", "label=kept");
    page.waitForTimeout(1100); // times of publications are whole seconds
    String newer = publish(2, "same.tar", "label=kept");
    page.navigate(url + "/#/t/" + older);
    Locator rows = page.locator(".alike tbody tr");
    assertThat(rows).hasCount(2);
    assertThat(rows.first()).containsText("meant by the name");
    assertThat(rows.first()).containsText(newer);
    assertThat(rows.last()).containsText("(this one)");
    assertThat(page.locator(".kept")).containsText("Of kept the 2 newest stay");

    page.navigate(url + "/#/");
    logIn(TOKEN);
    button("New rollout").click();
    dialog().getByLabel("Torrent").fill("same.tar");
    dialog().getByLabel("Hosts by name").fill("web1");
    dialog().getByLabel("Which of those").selectOption(older);
    inDialog("Begin").click();
    assertThat(heading("Rollout of same.tar")).isVisible();
    page.locator("h1").getByRole(AriaRole.LINK).click();
    assertThat(page.locator(".facts")).containsText(older);
    chromium.assertThatAllWasWell(authority());
  }

  @Test
  @Tag("ci")
  void aRolloutMayBeBegunByNetworkAndZoneAndTellWebhooks() throws Exception {
    publish("zoned.tar");
    logIn(TOKEN);
    button("New rollout").click();
    dialog().getByLabel("Torrent").fill("zoned.tar");
    dialog().getByText("By address, webhooks, metrics").click();
    dialog().getByLabel("networks").fill("10.1.0.0/16 2001:db8::/32");
    dialog().getByLabel("zones").fill("1, 9");
    dialog().getByLabel("Webhooks").fill("https://hooks.invalid/skep");
    dialog().getByLabel("metrics", new Locator.GetByLabelOptions()).fill("zoned");
    inDialog("Begin").click();
    assertThat(dialog().getByRole(AriaRole.ALERT)).containsText("skep.announce.zones, which has 1");
    dialog().getByLabel("zones").fill("1");
    inDialog("Begin").click();
    assertThat(heading("Rollout of zoned.tar")).isVisible();
    Locator facts = page.locator(".facts");
    assertThat(facts).containsText("10.1.0.0/16, 2001:db8::/32");
    assertThat(facts).containsText("hosts by zone");
    assertThat(facts).containsText("webhooks");
  }

  @Test
  void aHostileNameIsTextAndNothingElse() throws Exception {
    String name = "<img src=x onerror=alert(1)>\u202e4pm.\u202d\"'&";
    String shown = "<img src=x onerror=alert(1)>?4pm.?\"'&";
    String hash = publish(name);
    String client = "&skep_host=evil&skep_id=" + "a".repeat(32) + "&skep_state=failed&skep_reason=";
    String id = roll(hash, "\"hosts\":[\"evil\"]");
    announce(hash, 7009, 9, client + "%3Cscript%3Ealert(2)%3C%2Fscript%3E%E2%80%AE");
    assertThat(row(hash)).containsText(shown);
    page.locator("[data-rollout='" + id + "']").getByRole(AriaRole.LINK).click();
    assertThat(heading("Rollout of " + shown)).isVisible();
    assertThat(tile("evil")).containsText("<script>alert(2)</script>");
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(shown)).click();
    assertThat(page.locator("h1")).containsText(shown);
    Assertions.assertThat(page.title()).startsWith(shown);
    Assertions.assertThat(page.locator("img").count()).isZero();
    Assertions.assertThat(page.content()).doesNotContain("\u202e");
    chromium.assertThatAllWasWell(authority());
  }

  @Test
  @Tag("ci")
  void aKeyboardIsEnough() throws Exception {
    String hash = publish("keyboard.iso");
    assertThat(row(hash)).isVisible();
    row(hash).getByRole(AriaRole.LINK).first().focus();
    page.keyboard().press("Enter");
    assertThat(heading("keyboard.iso")).isFocused();
    page.keyboard().press("Tab");
    assertThat(page.locator("#download")).isFocused();
    page.goBack();
    assertThat(heading("Tracker")).isFocused();
  }

  @Test
  @Tag("ci")
  void whoHasNoScriptsReadsTheNumbers() throws Exception {
    String hash = publish("plain.iso");
    announce(hash, 7001, 0, "");
    page.context().close();
    page = chromium.page(new Browser.NewContextOptions().setJavaScriptEnabled(false));
    page.navigate(url);
    assertThat(page.locator(".figures")).containsText("seeders");
    Assertions.assertThat(page.content()).contains("Without JavaScript");
    chromium.assertThatAllWasWell(authority());
  }

  @Test
  @Tag("ci")
  @Timeout(300) // two more trackers are started
  void aTrackerThatComesBackIsSeen() throws Exception {
    Path data = temp.resolve("comes-back");
    String port;
    try (Running first = tracker(data, 0)) {
      page.navigate(first.announceUrl(TO_START).replace("/announce", "/"));
      port = String.valueOf(URI.create(page.url()).getPort());
      assertThat(page.locator("#health")).containsText("Healthy");
    }
    assertThat(page.getByRole(AriaRole.ALERT)).isVisible();
    try (Running second = tracker(data, Integer.parseInt(port))) {
      second.announceUrl(TO_START);
      assertThat(page.getByRole(AriaRole.ALERT)).isHidden();
    }
  }

  // ---- Administering

  private Locator dialog() {
    return page.getByRole(AriaRole.DIALOG);
  }

  private Locator inDialog(String button) {
    return dialog()
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(button).setExact(true));
  }

  private Locator said() {
    return page.locator(".notes [role='status']");
  }

  private void logIn(String token) {
    button("Log in").click();
    dialog().getByLabel("The tracker's admin token").fill(token);
    inDialog("Log in").click();
  }

  @Test
  void anAdministratorBeginsAndCancelsARolloutAndRemovesATorrent() throws Exception {
    String hash = publish("administered.tar", "label=web");
    assertThat(row(hash)).isVisible();
    assertThat(button("New rollout")).isHidden();
    logIn(TOKEN);
    button("New rollout").click();
    dialog().getByLabel("Torrent").fill("no such torrent");
    dialog().getByLabel("Hosts by name").fill("web1, web2");
    inDialog("Begin").click();
    assertThat(dialog().getByRole(AriaRole.ALERT)).containsText("is registered");
    dialog().getByLabel("Torrent").fill("administered.tar");
    dialog().getByLabel("Due in minutes").fill("10");
    inDialog("Begin").click();
    assertThat(heading("Rollout of administered.tar")).isVisible();
    assertThat(page.locator("#how")).containsText("due in");
    assertThat(tile("web2")).containsText("never seen");
    button("Cancel").click();
    inDialog("Cancel the rollout").click();
    assertThat(said()).containsText("Cancelled the rollout of administered.tar.");
    assertThat(page.locator("#how")).containsText("cancelled");

    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("administered.tar")).click();
    button("Remove").click();
    page.keyboard().press("Escape");
    assertThat(button("Remove")).isFocused();
    button("Remove").click();
    inDialog("Remove").click();
    assertThat(said()).containsText("Removed administered.tar.");
    Assertions.assertThat(
            http.send(
                    HttpRequest.newBuilder(URI.create(url + "/torrents/" + hash + ".torrent"))
                        .build(),
                    BodyHandlers.discarding())
                .statusCode())
        .isEqualTo(404);
  }

  @Test
  @Tag("ci")
  void aSessionIsACookieThatNoScriptReadsAndEndsWhenItsOwnerSaysSo() {
    logIn("a-wrong-token-of-this-test");
    assertThat(dialog().getByRole(AriaRole.ALERT)).containsText("none of this tracker's tokens");
    dialog().getByLabel("The tracker's admin token").fill(TOKEN);
    inDialog("Log in").click();
    assertThat(button("Log out")).isVisible();
    page.reload();
    assertThat(button("Log out")).isVisible();
    Assertions.assertThat(page.evaluate("document.cookie")).isEqualTo("");
    Assertions.assertThat(
            page.evaluate("JSON.stringify([localStorage.length, sessionStorage.length])"))
        .isEqualTo("[0,0]");
    button("Log out").click();
    assertThat(button("Log in")).isVisible();
    Assertions.assertThat(page.context().cookies()).isEmpty();
  }

  @Test
  @Tag("ci")
  @Timeout(300) // one more tracker is started
  void aTrackerThatIsNotForEverybodyAsksWhoLooks() throws Exception {
    try (Running closed = tracker(temp.resolve("closed"), 0, "skep.access.passkey.required=true")) {
      String base = closed.announceUrl(TO_START).replace("/announce", "");
      HttpRequest give =
          HttpRequest.newBuilder(URI.create(base + "/api/v1/access/passkeys/passkey-of-somebody"))
              .header("Authorization", "Bearer " + TOKEN)
              .PUT(BodyPublishers.noBody())
              .build();
      Assertions.assertThat(http.send(give, BodyHandlers.discarding()).statusCode()).isEqualTo(204);
      page.navigate(base);
      assertThat(heading("Not for everybody")).isVisible();
      logIn(TOKEN);
      assertThat(page.locator("#health")).containsText("Healthy");
      button("Log out").click();
      assertThat(heading("Not for everybody")).isVisible();
      page.navigate(base + "/?passkey=passkey-of-somebody");
      assertThat(page.locator("#health")).containsText("Healthy");
      assertThat(page.getByText("/passkey-of-somebody/announce")).isVisible();
    }
  }

  // ---- How it looks

  @Test
  @Tag("ci")
  void itFitsPhonesAndWideScreensInLightAndDark() throws Exception {
    String hash =
        publish(
            "debian-with-a-rather-long-name-12.5.0-amd64-netinst.iso", "label=web", "label=images");
    publish("other.tar", "label=web");
    for (int peer = 0; peer < 12; peer++) {
      announce(hash, 7100 + peer, peer % 3 == 0 ? 0 : 1024 * peer, "");
    }
    publish(3, "debian-with-a-rather-long-name-12.5.0-amd64-netinst.iso");
    String wide = publish(1500, "wide.img");
    has(wide, 7301, 700 * 16384, "AQCgBg"); // the first 800
    has(wide, 7302, 600 * 16384, "AfQDhAc"); // 900 behind 500
    String deadline = Instant.now().plusSeconds(1).toString();
    String id =
        roll(
            hash,
            "\"hosts\":["
                + String.join(
                    ",",
                    IntStream.range(0, 24).mapToObj(i -> "\"edge-" + i + ".example\"").toList())
                + "],\"deadline\":\""
                + deadline
                + "\"");
    for (int i = 0; i < 18; i++) {
      String state = i % 6 == 5 ? "failed" : i % 3 == 0 ? "verified" : "fetching";
      report(
          hash,
          "edge-" + i + ".example",
          state,
          state.equals("verified") ? 0 : 900 * i,
          state.equals("failed") ? "no space left on the device that holds downloads" : "");
    }
    Files.createDirectories(SCREENSHOTS);
    for (String view : List.of("overview", "torrent", "pieces", "rollout", "form")) {
      switch (view) {
        case "overview" -> assertThat(row(hash)).containsText("8");
        case "torrent" -> {
          page.navigate(url + "/#/t/" + hash);
          assertThat(page.locator(".peers tbody tr")).hasCount(30);
        }
        case "pieces" -> {
          page.navigate(url + "/#/t/" + wide);
          assertThat(page.locator("#map")).isVisible();
        }
        case "form" -> {
          logIn(TOKEN);
          page.navigate(url + "/#/");
          button("New rollout").click();
          dialog().getByText("By address, webhooks, metrics").click();
        }
        default -> {
          page.navigate(url + "/#/r/" + id);
          assertThat(page.locator("#how")).containsText("late");
          assertThat(tile("edge-5.example")).containsText("no space");
        }
      }
      for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        for (int width : WIDTHS) {
          page.setViewportSize(width, width < 500 ? 844 : 1000);
          String shot =
              "tracker-" + view + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT);
          page.waitForTimeout(300);
          Assertions.assertThat((Integer) page.evaluate("document.documentElement.scrollWidth"))
              .as(shot)
              .isLessThanOrEqualTo(width);
          page.screenshot(
              new Page.ScreenshotOptions()
                  .setPath(SCREENSHOTS.resolve(shot + ".png"))
                  .setFullPage(true));
        }
      }
    }
    chromium.assertThatAllWasWell(authority());
  }
}
