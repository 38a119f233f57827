package dev.skep.tracker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.announce.Access;
import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.announce.AnnounceSettings;
import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.swarm.Cidr;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP front end on a real server, asked with bytes as a client would send them. */
class TrackerRoutesTest {
  private static final String HASH = "info_hash=aaaaaaaaaaaaaaaaaaaa";
  private static final String PEER = "&peer_id=-SK0100-abcdefghijkl";

  private static final Duration INTERVAL = Duration.ofMinutes(30);
  private SwarmStore swarms = store(false);
  private WebServer server = start(HttpSettings.DEFAULT, Access.OPEN);

  @AfterEach
  void stop() {
    server.stop();
  }

  @Test
  void aPeerIsToldOfTheOthersAndNotOfItself() throws IOException {
    announce(HASH + PEER + "&port=7001&left=0");

    assertThat(announce(HASH + PEER + "&port=7002&left=9"))
        .startsWith("d8:completei1e10:downloadedi0e11:external ip4:\u007f\0\0\u0001")
        .contains("10:incompletei1e8:intervali")
        .contains("5:peers6:\u007f\0\0\u0001\u001bY");
  }

  @Test
  void dictionariesAreGivenToWhoAsksForThem() throws IOException {
    announce(HASH + PEER + "&port=7001&left=0");

    assertThat(announce(HASH + PEER + "&port=7002&left=9&compact=0"))
        .contains("5:peersld2:ip9:127.0.0.14:porti7001eee");
  }

  @Test
  void peerIdsAreGivenWhereTheyAreKept() throws IOException {
    restart(store(true), HttpSettings.DEFAULT, Access.OPEN);
    announce(HASH + PEER + "&port=7001&left=0");

    assertThat(announce(HASH + PEER + "&port=7002&left=9&compact=0"))
        .contains("d2:ip9:127.0.0.17:peer id20:-SK0100-abcdefghijkl4:porti7001ee");
    assertThat(announce(HASH + PEER + "&port=7002&left=9&compact=0&no_peer_id=1"))
        .contains("5:peersld2:ip9:127.0.0.14:porti7001eee");
  }

  @Test
  void anInfoHashMayBeAnyBytesInAnyPercentEncoding() throws IOException {
    for (int first = 0; first < 256; first++) {
      byte[] bytes = new byte[InfoHash.BYTES];
      StringBuilder query = new StringBuilder("info_hash=");
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) (first + i);
        query.append((i % 2 == 0 ? "%%%02x" : "%%%02X").formatted(bytes[i] & 0xff));
      }
      announce(query + PEER + "&port=7001&left=0");
      assertThat(swarms.counts(InfoHash.of(bytes)).seeders()).as("first byte " + first).isOne();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "port=1&peer_id=-SK0100-abcdefghijkl | info_hash is missing",
        "info_hash=short&port=1&peer_id=-SK0100-abcdefghijkl | info_hash is not 20 bytes long",
        "info_hash=%zzaaaaaaaaaaaaaaaaaa&port=1&peer_id=-SK0100-abcdefghijkl | malformed"
            + " percent-encoding",
        "info_hash=%z | malformed percent-encoding",
        "info_hash=aaaaaaaaaaaaaaaaaaaa&port=1 | peer_id is missing",
        "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SK0100-abcdefghijkl | port is missing",
        "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SK0100-abcdefghijkl&port=0 | port must be 1 to"
            + " 65535",
        "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SK0100-abcdefghijkl&port=65536 | port is not"
            + " within",
        "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SK0100-abcdefghijkl&port=seven | port is no"
            + " number",
        "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SK0100-abcdefghijkl&port=1&left=much | left is no"
            + " number",
      })
  void aWrongAnnounceIsToldWhy(String query, String reason) throws IOException {
    Answer answer = get("/announce?" + query);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).startsWith("d14:failure reason").contains(reason);
    assertThat(swarms.tallies().peers().get()).isZero();
  }

  @Test
  void bytesThatAreNotEncodedAreRefusedAndNotGuessed() throws IOException {
    assertThat(announce("info_hash=\u00e4aaaaaaaaaaaaaaaaaaa" + PEER + "&port=1"))
        .startsWith("d14:failure reason");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "-1", "-7", "3", "100000"})
  void anyNumwantIsAnswered(String numwant) throws IOException {
    for (int port = 1; port <= 300; port++) {
      announce(HASH + PEER + "&left=1&numwant=0&port=" + port);
    }
    int expected =
        numwant.equals("0") ? 0 : numwant.equals("3") ? 3 : numwant.length() > 3 ? 200 : 50;

    assertThat(announce(HASH + PEER + "&left=1&port=999&numwant=" + numwant))
        .contains("5:peers" + 6 * expected + ":");
  }

  @Test
  void scrapeCountsSeveralTorrentsInOrderAndOncePerTorrent() throws IOException {
    announce("info_hash=bbbbbbbbbbbbbbbbbbbb" + PEER + "&port=1&left=0&event=completed");
    announce(HASH + PEER + "&port=1&left=5");
    announce(HASH + PEER + "&port=2&left=5&event=paused");

    assertThat(
            get("/scrape?info_hash=bbbbbbbbbbbbbbbbbbbb&"
                    + HASH
                    + "&info_hash=bbbbbbbbbbbbbbbbbbbb")
                .body())
        .isEqualTo(
            "d5:filesd"
                + "20:aaaaaaaaaaaaaaaaaaaad8:completei0e10:downloadedi0e11:downloadersi1e10:incompletei2ee"
                + "20:bbbbbbbbbbbbbbbbbbbbd8:completei1e10:downloadedi1e11:downloadersi0e10:incompletei0ee"
                + "ee");
  }

  @Test
  void aFullScrapeIsRefusedUnlessConfiguredAndThenRare() throws IOException {
    announce(HASH + PEER + "&port=1&left=5");
    assertThat(get("/scrape").body()).contains("failure reason");

    restart(
        swarms, new HttpSettings(List.of(), List.of(), 74, true, Duration.ofHours(1)), Access.OPEN);
    assertThat(get("/scrape").body()).startsWith("d5:filesd20:aaaaaaaaaaaaaaaaaaaad8:complete");
    assertThat(get("/scrape").body()).contains("failure reason").contains("8:retry in");
  }

  @Test
  void forwardedAddressesCountOnlyFromTrustedProxies() throws IOException {
    String forwarded = "X-Forwarded-For: 9.9.9.9, 198.51.100.7, 127.0.0.9\r\n";
    assertThat(get("/announce?" + HASH + PEER + "&port=1&left=5", forwarded).body())
        .contains("external ip4:\u007f\0\0\u0001");

    restart(
        swarms,
        new HttpSettings(
            List.of(Cidr.parse("127.0.0.0/8")), List.of(), 74, false, Duration.ofHours(1)),
        Access.OPEN);
    assertThat(get("/announce?" + HASH + PEER + "&port=1&left=5", forwarded).body())
        .contains("external ip4:\u00c63d\u0007");
  }

  @Test
  void aStatedAddressCountsOnlyFromWhoMayStateOne() throws IOException {
    assertThat(announce(HASH + PEER + "&port=1&left=5&ip=198.51.100.7"))
        .contains("external ip4:\u007f\0\0\u0001");

    restart(
        swarms,
        new HttpSettings(
            List.of(), List.of(Cidr.parse("127.0.0.1")), 74, false, Duration.ofHours(1)),
        Access.OPEN);
    assertThat(announce(HASH + PEER + "&port=1&left=5&ip=198.51.100.7"))
        .contains("external ip4:\u00c63d\u0007");
  }

  @Test
  void thePasskeyOfThePathDecides() throws IOException {
    Access onlyFriends =
        (infoHash, passkey, from) ->
            passkey.equals("friend")
                ? Access.Verdict.ALLOWED
                : new Access.Verdict.Refused("no passkey", Optional.of(Duration.ofMinutes(5)));
    restart(swarms, HttpSettings.DEFAULT, onlyFriends);

    assertThat(get("/friend/announce?" + HASH + PEER + "&port=1&left=0").body())
        .startsWith("d8:complete");
    assertThat(get("/foe/announce?" + HASH + PEER + "&port=1&left=0").body())
        .isEqualTo("d14:failure reason10:no passkey8:retry in1:5e");
    assertThat(get("/friend/scrape?" + HASH).body()).contains("8:completei1e");
    assertThat(get("/scrape?" + HASH).body()).contains("8:completei0e");
  }

  @Test
  void announcesAreNeverCompressed() throws IOException {
    assertThat(
            get("/announce?" + HASH + PEER + "&port=1&left=0", "Accept-Encoding: gzip\r\n").body())
        .startsWith("d8:complete");
  }

  @Test
  void anEndlessQueryIsCutOff() throws IOException {
    assertThat(get("/announce?" + "x".repeat(5000)).status()).isEqualTo(414);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request = "GET /announce?" + "x".repeat(1 << 20) + " HTTP/1.1\r\nHost: t\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
    } catch (IOException _) {
      // The server hangs up as soon as it has seen enough.
    }
    assertThat(announce(HASH + PEER + "&port=1&left=0")).startsWith("d8:complete");
  }

  @Test
  void connectionsThatSendHalfARequestDoNotHoldUpOthers() throws IOException {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 300; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        slow.add(socket);
        socket.getOutputStream().write("GET /announce?info_ha".getBytes(ISO_8859_1));
      }
      assertThat(announce(HASH + PEER + "&port=1&left=0")).startsWith("d8:complete");
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  @Test
  void requestsInOneGoAreAnsweredInOrder() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      StringBuilder requests = new StringBuilder();
      for (int port = 1; port <= 10; port++) {
        requests.append("GET /announce?").append(HASH).append(PEER);
        requests.append("&left=1&port=").append(port).append(" HTTP/1.1\r\nHost: t\r\n\r\n");
      }
      socket.getOutputStream().write(requests.toString().getBytes(ISO_8859_1));
      for (int port = 1; port <= 10; port++) {
        assertThat(read(socket.getInputStream()).body()).contains("10:incompletei" + port + "e");
      }
    }
  }

  @Test
  void aConnectionThatIsToBeClosedIsClosedAfterTheAnswer() throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout(10_000);
      String request =
          "GET /announce?" + HASH + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));

      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .contains("Connection: close")
          .contains("failure reason");
    }
  }

  // ---- the server and its clients

  private static SwarmStore store(boolean keepPeerIds) {
    SwarmLimits limits = new SwarmLimits(1000, 1000, 1000, INTERVAL.multipliedBy(2), keepPeerIds);
    return new SwarmStore(limits, new PeerPreference.Uniform(), new SplittableRandom(1), 0);
  }

  private WebServer start(HttpSettings settings, Access access) {
    TrackerCounters counters = new TrackerCounters();
    AnnounceService service =
        new AnnounceService(swarms, access, AnnounceSettings.DEFAULT, counters, 0);
    FullScrape fullScrape = new FullScrape(swarms, settings, counters, System::nanoTime);
    return WebServer.builder()
        .host("127.0.0.1")
        .port(0)
        .featuresDiscoverServices(false)
        .addProtocol(Http1Config.builder().validatePrologue(false).build())
        .routing(rules -> new TrackerRoutes(service, settings, fullScrape).addTo(rules))
        .build()
        .start();
  }

  private void restart(SwarmStore store, HttpSettings settings, Access access) {
    server.stop();
    swarms = store;
    server = start(settings, access);
  }

  private String announce(String query) throws IOException {
    return get("/announce?" + query).body();
  }

  private Answer get(String path) throws IOException {
    return get(path, "");
  }

  private Answer get(String path, String headers) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request =
          "GET " + path + " HTTP/1.1\r\nHost: t\r\nConnection: close\r\n" + headers + "\r\n";
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return read(socket.getInputStream());
    }
  }

  private record Answer(int status, String body) {}

  /** Reads one answer, with a length or in chunks. */
  private static Answer read(InputStream in) throws IOException {
    String statusLine = line(in);
    int length = -1;
    boolean chunked = false;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring(15).strip());
      }
      chunked |= header.toLowerCase(java.util.Locale.ROOT).startsWith("transfer-encoding:");
    }
    StringBuilder body = new StringBuilder();
    if (chunked) {
      for (int size = Integer.parseInt(line(in), 16);
          size > 0;
          size = Integer.parseInt(line(in), 16)) {
        body.append(new String(in.readNBytes(size), ISO_8859_1));
        line(in);
      }
    } else {
      body.append(new String(in.readNBytes(Math.max(0, length)), ISO_8859_1));
    }
    return new Answer(Integer.parseInt(statusLine.substring(9, 12)), body.toString());
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }
}
