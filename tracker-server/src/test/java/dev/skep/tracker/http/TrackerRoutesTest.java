package dev.skep.tracker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.tracker.TrackerReply;
import dev.skep.tracker.announce.Access;
import dev.skep.tracker.announce.PathPrefix;
import dev.skep.tracker.announce.Proxies;
import dev.skep.tracker.http.admission.AnswerLimits;
import dev.skep.tracker.http.admission.ConnectionLimits;
import dev.skep.tracker.http.admission.HttpSettings;
import dev.skep.tracker.http.admission.TurnLimits;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP front end on a real server, asked with bytes as a client would send them. */
class TrackerRoutesTest {
  private static final String HASH = "info_hash=aaaaaaaaaaaaaaaaaaaa";
  private static final String PEER = "&peer_id=-SK0100-abcdefghijkl";

  private Front front = new Front(Front.store(false), HttpSettings.DEFAULT, Access.OPEN);

  @AfterEach
  void stop() {
    front.close();
  }

  @Test
  void aPeerIsToldOfTheOthersAndNotOfItself() throws IOException {
    announce(HASH + PEER + "&port=7001&left=0");

    assertThat(announce(HASH + PEER + "&port=7002&left=9"))
        .startsWith("d8:completei1e10:downloadedi0e11:external ip4:\u007f\0\0\u0001")
        .containsPattern("10:incompletei1e8:intervali\\d+e12:min intervali60e5:peers")
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
    restart(Front.store(true), HttpSettings.DEFAULT, Access.OPEN);
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
      assertThat(front.swarms().counts(InfoHash.of(bytes)).seeders())
          .as("first byte " + first)
          .isOne();
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
        "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SK0100-abcdefghijkl&port=65536 | port is"
            + " 65536, not within",
        "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SK0100-abcdefghijkl&port=seven | port is no"
            + " number",
        "info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SK0100-abcdefghijkl&port=1&left=much | left is no"
            + " number",
      })
  void aWrongAnnounceIsToldWhy(String query, String reason) throws IOException {
    Front.Answer answer = get("/announce?" + query);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).startsWith("d14:failure reason").contains(reason);
    assertThat(front.swarms().tallies().peers().get()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/announce/", "/announce", "/0123456789abcdef/announce/"})
  void aSlashAtTheEndChangesNothing(String path) throws IOException {
    assertThat(get(path + "?info_hash=aaaaaaaaaaaaaaaaaaaa" + PEER + "&port=7001&left=0").body())
        .contains("8:interval");
    assertThat(front.swarms().tallies().peers().get()).isOne();
  }

  @Test
  void everythingMayBeEscapedAsSomeClientsDo() throws IOException {
    assertThat(
            announce(
                "%69nfo_hash=%61aaaaaaaaaaaaaaaaaaa"
                    + PEER
                    + "&%70ort=%37%30%30%31&left=%30&event=%73tarted"))
        .contains("8:interval");
    assertThat(front.swarms().tallies().peers().get()).isOne();
  }

  @Test
  void whoStopsMayHavePortZero() throws IOException {
    assertThat(announce(HASH + PEER + "&port=0&left=1&event=stopped")).contains("8:intervali");
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

    restart(front.swarms(), settings(List.of(), List.of(), true), Access.OPEN);
    assertThat(get("/scrape").body()).startsWith("d5:filesd20:aaaaaaaaaaaaaaaaaaaad8:complete");
    assertThat(get("/scrape").body()).contains("failure reason").contains("8:retry in");
  }

  @Test
  void forwardedAddressesCountOnlyFromTrustedProxies() throws IOException {
    String forwarded = "X-Forwarded-For: 9.9.9.9, 198.51.100.7, 127.0.0.9";
    assertThat(get("/announce?" + HASH + PEER + "&port=1&left=5", forwarded).body())
        .contains("external ip4:\u007f\0\0\u0001");

    restart(
        front.swarms(),
        settings(List.of(Cidr.parse("127.0.0.0/8")), List.of(), false),
        Access.OPEN);
    assertThat(get("/announce?" + HASH + PEER + "&port=1&left=5", forwarded).body())
        .contains("external ip4:\u00c63d\u0007");
  }

  @Test
  void ofTwoHeadersOnlyTheOneThatProxiesWriteCounts() throws IOException {
    String[] both = {
      "X-Forwarded-For: 9.9.9.9", "Forwarded: for=8.8.8.8, for=\"198.51.100.7:4711\";proto=http"
    };
    String query = "/announce?" + HASH + PEER + "&port=1&left=5";
    List<Cidr> here = List.of(Cidr.parse("127.0.0.0/8"));
    restart(
        front.swarms(),
        settings(here, Proxies.Header.FORWARDED, List.of(), PathPrefix.NONE, false),
        Access.OPEN);
    assertThat(get(query, both).body()).contains("external ip4:\u00c63d\u0007");

    restart(front.swarms(), settings(here, List.of(), false), Access.OPEN);
    assertThat(get(query, both).body()).contains("external ip4:\t\t\t\t");
  }

  /** As plain announces, and as requests of the server. */
  @Test
  void pathsMayComeWithAPrefix() throws IOException {
    restart(
        front.swarms(),
        settings(
            List.of(),
            Proxies.Header.X_FORWARDED_FOR,
            List.of(),
            PathPrefix.parse("/tracker"),
            false),
        Access.OPEN);
    for (String path : List.of("/tracker/announce", "/tracker/key/announce", "/announce")) {
      String query = path + "?" + HASH + PEER + "&port=1&left=5";
      assertThat(get(query).body()).as(path).contains("8:interval");
      assertThat(get(query, "Expect: nothing").body()).as(path).contains("8:interval");
    }
    assertThat(get("/tracker/scrape?" + HASH).body()).startsWith("d5:files");
    assertThat(get("/other/tracker/announce?" + HASH + PEER + "&port=1&left=5").status())
        .isEqualTo(404);
  }

  @Test
  void aStatedAddressCountsOnlyFromWhoMayStateOne() throws IOException {
    assertThat(announce(HASH + PEER + "&port=1&left=5&ip=198.51.100.7"))
        .contains("external ip4:\u007f\0\0\u0001");

    restart(
        front.swarms(), settings(List.of(), List.of(Cidr.parse("127.0.0.1")), false), Access.OPEN);
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
    restart(front.swarms(), HttpSettings.DEFAULT, onlyFriends);

    assertThat(get("/friend/announce?" + HASH + PEER + "&port=1&left=0").body())
        .startsWith("d8:complete");
    assertThat(get("/foe/announce?" + HASH + PEER + "&port=1&left=0").body())
        .isEqualTo("d14:failure reason10:no passkey8:retry in1:5e");
    assertThat(get("/friend/scrape?" + HASH).body()).contains("8:completei1e");
    assertThat(get("/scrape?" + HASH).body()).contains("8:completei0e");
  }

  @Test
  void aPeerMayStateOneAddressOfEachFamily() throws IOException {
    restart(
        front.swarms(), settings(List.of(), List.of(Cidr.parse("127.0.0.1")), false), Access.OPEN);

    announce(HASH + PEER + "&port=7001&left=0&ipv6=2001:db8::7");

    assertThat(announce(HASH + PEER + "&port=7002&left=5"))
        .contains("8:completei2e")
        .contains("5:peers6:\u007f\0\0\u0001\u001bY")
        .contains("6:peers618: \u0001\r\u00b8" + "\0".repeat(11) + "\u0007\u001bY");
    announce(HASH + PEER + "&port=7001&left=0&ipv4=198.51.100.7&ipv6=2001:db8::7&event=stopped");
    assertThat(announce(HASH + PEER + "&port=7002&left=5")).contains("8:completei1e");
  }

  @Test
  void whatATrackerNeedNotKnowIsIgnored() throws IOException {
    assertThat(
            announce(
                HASH
                    + PEER
                    + "&port=1&left=5&key=DEADBEEF&trackerid=any%00thing&supportcrypto=1&azudp=6881"
                    + "&corrupt=0&redundant=0&hide=0&event=&ip=host.example&compact=1&no_peer_id=1"))
        .startsWith("d8:complete")
        .doesNotContain("tracker id");
  }

  @Test
  void aScrapeIsCompressedIfItIsLongAndTheAskerCanReadThat() throws IOException {
    String gzip = "Accept-Encoding: deflate, gzip;q=0.8";
    StringBuilder several = new StringBuilder();
    for (char c = 'a'; c <= 'p'; c++) {
      several.append("info_hash=").append(String.valueOf(c).repeat(20)).append('&');
    }
    announce(HASH + PEER + "&port=1&left=5");

    Front.Answer compressed = get("/scrape?" + several, gzip);
    assertThat(compressed.headers()).contains("content-encoding: gzip", "vary: accept-encoding");
    Front.Answer plain = get("/scrape?" + several, "Accept-Encoding: gzip;q=0, br");
    assertThat(plain.body()).startsWith("d5:filesd20:aaaaaaaaaaaaaaaaaaaad8:complete");
    assertThat(compressed.unzipped()).isEqualTo(plain.body());
    assertThat(get("/scrape?" + HASH, gzip).body()).startsWith("d5:filesd");
  }

  @Test
  void aFullScrapeIsStreamedAndCompressed() throws IOException {
    restart(front.swarms(), settings(List.of(), List.of(), true), Access.OPEN);
    for (int torrent = 0; torrent < 2000; torrent++) {
      front.swarms().pin(new InfoHash(torrent, 0, 0), torrent);
    }

    Front.Answer answer = get("/scrape", "Accept-Encoding: gzip");

    assertThat(answer.headers()).contains("content-encoding: gzip", "transfer-encoding: chunked");
    assertThat(answer.unzipped())
        .startsWith("d5:filesd20:" + "\0".repeat(20) + "d8:completei0e10:downloadedi0e")
        .contains("10:downloadedi1999e")
        .endsWith("10:incompletei0eeee");
  }

  @Test
  void aFullScrapeShowsOnlyWhatTheAskerMayAnnounce() throws IOException {
    Access onlyA =
        (infoHash, passkey, from) ->
            infoHash.hex().startsWith("61")
                ? Access.Verdict.ALLOWED
                : new Access.Verdict.Refused("no", Optional.empty());
    announce(HASH + PEER + "&port=1&left=5");
    announce("info_hash=bbbbbbbbbbbbbbbbbbbb" + PEER + "&port=1&left=5");
    restart(front.swarms(), settings(List.of(), List.of(), true), onlyA);

    assertThat(get("/scrape").body()).contains("20:aaaa").doesNotContain("20:bbbb");
  }

  @Test
  void atALimitTheRefusalSaysWhenToTryAgain() throws IOException {
    restart(
        Front.store(new SwarmLimits(2, 10, 3, Duration.ofHours(1), false)),
        HttpSettings.DEFAULT,
        Access.OPEN);
    announce(HASH + PEER + "&port=1&left=5");
    announce("info_hash=bbbbbbbbbbbbbbbbbbbb" + PEER + "&port=1&left=5");

    assertThat(announce("info_hash=cccccccccccccccccccc" + PEER + "&port=1&left=5"))
        .startsWith("d14:failure reason")
        .contains("all the torrents it may hold")
        .endsWith("8:retry in2:15e");
    assertThat(front.counters().refused().sum()).isOne();
    assertThat(front.counters().httpFailures().sum()).isOne();
    assertThat(front.swarms().tallies().refusedTorrents().sum()).isOne();
  }

  @Test
  void announcesAreNeverCompressedHoweverLong() throws IOException {
    for (int port = 1; port <= 50; port++) {
      announce(HASH + PEER + "&left=0&port=" + port);
    }

    Front.Answer answer =
        get("/announce?" + HASH + PEER + "&port=99&left=5&compact=0", "Accept-Encoding: gzip");

    assertThat(answer.body())
        .startsWith("d8:complete")
        .hasSizeGreaterThan(Compression.SHORTEST_BYTES);
    assertThat(answer.headers()).noneMatch(header -> header.startsWith("content-encoding"));
  }

  @Test
  void whoShouldNotTryAgainIsToldSo() throws IOException {
    Access nobody =
        (infoHash, passkey, from) ->
            new Access.Verdict.Refused("closed", Optional.of(TrackerReply.NEVER));
    restart(front.swarms(), HttpSettings.DEFAULT, nobody);

    assertThat(announce(HASH + PEER + "&port=1&left=0"))
        .isEqualTo("d14:failure reason6:closed8:retry in5:nevere");
  }

  // ---- the server and its clients

  private static HttpSettings settings(
      List<Cidr> proxies, List<Cidr> mayState, boolean fullScrape) {
    return settings(proxies, Proxies.Header.X_FORWARDED_FOR, mayState, PathPrefix.NONE, fullScrape);
  }

  private static HttpSettings settings(
      List<Cidr> proxies,
      Proxies.Header header,
      List<Cidr> mayState,
      PathPrefix prefix,
      boolean fullScrape) {
    return new HttpSettings(
        proxies,
        header,
        List.of(),
        mayState,
        prefix,
        74,
        fullScrape,
        Duration.ofHours(1),
        ConnectionLimits.DEFAULT,
        AnswerLimits.DEFAULT,
        TurnLimits.DEFAULT);
  }

  private void restart(SwarmStore store, HttpSettings settings, Access access) {
    front.close();
    front = new Front(store, settings, access);
  }

  private String announce(String query) throws IOException {
    return get("/announce?" + query).body();
  }

  private Front.Answer get(String path, String... headers) throws IOException {
    return front.get(path, headers);
  }
}
