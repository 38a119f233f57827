package dev.skep.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.address.Cidr;
import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Settings;
import dev.skep.tracker.config.Keys;
import dev.skep.tracker.http.admission.HttpSettings;
import dev.skep.tracker.http.admission.TurnLimits;
import dev.skep.tracker.rollout.Rollouts;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an operator sets arrives in the rooms. */
class RoomSettingsTest {
  private static final long HEAP_BYTES = 512L << 20;
  private static final int MANY_FILES = 1_000_000;

  @Test
  void theSelectionOfPeersIsSwitchedByAKey() throws BadSettingException {
    assertThat(rooms(Map.of()).preference()).isEqualTo(new PeerPreference.Uniform());
    assertThat(rooms(Map.of("skep.announce.selection", "uploaders")).preference())
        .isEqualTo(new PeerPreference.Uploaders());
    assertThat(
            rooms(
                    Map.of(
                        "skep.announce.selection",
                        "near",
                        "skep.announce.zones",
                        "10.1.0.0/16, 2001:db8::/32; 192.168.0.0/16"))
                .preference())
        .isEqualTo(
            new PeerPreference.Near(
                List.of(
                    List.of(Cidr.parse("10.1.0.0/16"), Cidr.parse("2001:db8::/32")),
                    List.of(Cidr.parse("192.168.0.0/16")))));
  }

  @Test
  void everyLimitIsAKey() throws BadSettingException {
    RoomSettings rooms =
        rooms(
            Map.of(
                "skep.limit.torrents", "11",
                "skep.limit.peers.per.torrent", "12",
                "skep.limit.peers", "13",
                "skep.limit.connections", "14",
                "skep.limit.registered", "15",
                "skep.limit.metainfo", "16KiB",
                "skep.scrape.most", "17",
                "skep.announce.numwant.max", "180",
                "skep.http.idle.timeout", "19s",
                "skep.announce.peer.ids", "true"));
    assertThat(rooms.swarms().torrents()).isEqualTo(11);
    assertThat(rooms.swarms().peersPerTorrent()).isEqualTo(12);
    assertThat(rooms.swarms().peers()).isEqualTo(13);
    assertThat(rooms.swarms().keepPeerIds()).isTrue();
    assertThat(rooms.http().connections().most()).isEqualTo(14);
    assertThat(rooms.http().mostScraped()).isEqualTo(17);
    assertThat(rooms.http().connections().patience()).isEqualTo(Duration.ofSeconds(19));
    assertThat(rooms.catalogue().torrents()).isEqualTo(15);
    assertThat(rooms.catalogue().metainfoBytes()).isEqualTo(16 << 10);
    assertThat(rooms.announces().maxPeers()).isEqualTo(180);
  }

  @Test
  void whatOneAddressMayDoIsSetByKeys() throws BadSettingException {
    assertThat(
            rooms(
                    Map.of(
                        "skep.limit.torrents.per.address", "21",
                        "skep.limit.ports.per.address", "22",
                        "skep.limit.completed.per.address", "23",
                        "skep.limit.private.times", "24"))
                .swarms()
                .perAddress())
        .isEqualTo(new SwarmLimits.PerAddress(21, 22, 23, 24));
    assertThat(rooms(Map.of()).swarms().perAddress()).isEqualTo(SwarmLimits.PerAddress.DEFAULT);
  }

  @Test
  void swarmsMayTakeHalfOfTheHeap() throws BadSettingException {
    SwarmLimits limits = RoomSettings.of(settings(Map.of()), HEAP_BYTES).swarms();
    assertThat(limits.bytes()).isEqualTo(HEAP_BYTES / 2);
    assertThat(limits.torrents()).as("as many as fit").isEqualTo(Integer.MAX_VALUE);
    assertThat(SwarmMemory.inWords(limits))
        .isEqualTo(
            "322,638 torrents of a peer each or 5,162,220 peers in large swarms"
                + " (256 MiB of the heap)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "skep.limit.torrents | 1000000 | 1587 MiB",
        "skep.limit.peers | 20000000 | 1984 MiB",
        "skep.limit.memory | 400MiB | 800 MiB",
      })
  void aLimitThatDoesNotFitTheHeapIsToldWithTheHeapThatItNeeds(
      String key, String value, String heap) {
    assertThatThrownBy(() -> RoomSettings.of(settings(Map.of(key, value)), HEAP_BYTES))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("needs a heap of " + heap)
        .hasMessageContaining("this one has 512 MiB")
        .hasMessageContaining("SKEP_JAVA_OPTS=-Xmx")
        .hasMessageNotContaining("\n");
  }

  @Test
  void limitsThatFitALargerHeapAreTaken() throws BadSettingException {
    RoomSettings rooms =
        RoomSettings.of(settings(Map.of("skep.limit.torrents", "1000000")), 4 * HEAP_BYTES);
    assertThat(rooms.swarms().torrents()).isEqualTo(1_000_000);
  }

  @Test
  void theBoundsOfWaitingAndComingRequestsAreKeysToo() throws BadSettingException {
    HttpSettings http =
        rooms(
                Map.of(
                    "skep.limit.requests", "3",
                    "skep.limit.waiting", "31",
                    "skep.limit.waiting.per.address", "32",
                    "skep.limit.arrivals", "33",
                    "skep.limit.connections.per.address", "34",
                    "skep.http.read.rate", "35KiB"))
            .http();
    assertThat(http.turns()).isEqualTo(new TurnLimits(3, 31, 32));
    assertThat(http.connections().behindProbe()).isEqualTo(33);
    assertThat(http.connections().perAddress()).isEqualTo(34);
    assertThat(http.connections().leastBytesPerSecond()).isEqualTo(35 << 10);
  }

  @Test
  void inASmallHeapThereIsRoomForLessOfHttpWhichIsToldWhereItWasNotSet()
      throws BadSettingException {
    long heapBytes = HEAP_BYTES / 4;
    HttpRoom small = HttpRoom.of(settings(Map.of()), heapBytes, MANY_FILES);
    assertThat(small.connections() * (24L << 10)).isBetween(heapBytes / 5, heapBytes / 4);
    assertThat(small.answerBytes()).isEqualTo(heapBytes / 16);
    assertThat(small.uploadBytes()).as("one of the largest").isEqualTo(10 << 20);
    assertThat(small.lowered())
        .contains(
            "1,365 connections instead of 5,000 (as many as there is heap for),"
                + " 8 MiB of unread answers instead of 32");
  }

  @Test
  void theUsualHeapHasRoomForTheUsual() throws BadSettingException {
    HttpRoom usual = HttpRoom.of(settings(Map.of()), HEAP_BYTES, MANY_FILES);
    assertThat(usual).isEqualTo(new HttpRoom(5000, 32 << 20, 16 << 20, Optional.empty()));
  }

  @Test
  void thatFewFilesMayBeOpenIsToldToo() throws BadSettingException {
    assertThat(HttpRoom.of(settings(Map.of()), HEAP_BYTES, 600).lowered())
        .contains("600 connections instead of 5,000 (as many as there are open files for)");
    assertThatThrownBy(
            () -> HttpRoom.of(settings(Map.of("skep.limit.connections", "601")), HEAP_BYTES, 600))
        .isInstanceOf(BadSettingException.class)
        .hasMessage(
            "skep.limit.connections: this process may open files for 600 connections only; raise"
                + " that (ulimit -n 1052), or set less");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "skep.limit.connections | 6000 | 563 MiB",
        "skep.limit.answers | 40MiB | 640 MiB",
        "skep.limit.uploads | 20MiB | 640 MiB",
        "skep.limit.metainfo | 20MiB | 640 MiB",
      })
  void whatIsSetOfHttpAndDoesNotFitTheHeapIsToldWithTheHeapThatItNeeds(
      String key, String value, String heap) throws BadSettingException {
    Settings settings = settings(Map.of(key, value));
    assertThatThrownBy(() -> HttpRoom.of(settings, HEAP_BYTES, MANY_FILES))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith(key + ": that needs a heap of " + heap)
        .hasMessageContaining("this one has 512 MiB: start with SKEP_JAVA_OPTS=-Xmx");
    assertThat(HttpRoom.of(settings, 2 * HEAP_BYTES, MANY_FILES).lowered()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"skep.limit.answers,1KiB", "skep.limit.uploads,1MiB"})
  void whatNoAnswerOrUploadWouldFitIsRefused(String key, String value) {
    assertThatThrownBy(() -> HttpRoom.of(settings(Map.of(key, value)), HEAP_BYTES, MANY_FILES))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining(key);
  }

  @Test
  void whatIsNoBlockOfAddressesIsTold() {
    assertThatThrownBy(() -> rooms(Map.of("skep.http.trusted.proxies", "10.0.0.0/40")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("10.0.0.0/40");
  }

  @Test
  void rolloutsAreSetByKeys() throws BadSettingException {
    RoomSettings rooms =
        rooms(
            Map.of(
                "skep.rollout.interval", "2s",
                "skep.rollout.stalled.after", "6s",
                "skep.rollout.reports.from", "10.0.0.0/8",
                "skep.limit.rollouts", "7",
                "skep.limit.rollout.hosts", "8",
                "skep.limit.hosts", "9",
                "skep.announce.zones", "10.1.0.0/16",
                "skep.webhook.hosts", "hooks.lan",
                "skep.webhook.secret", "sixteen or more characters"));
    assertThat(rooms.rollouts().interval()).isEqualTo(Duration.ofSeconds(2));
    assertThat(rooms.rollouts().reportsFrom()).containsExactly(Cidr.parse("10.0.0.0/8"));
    assertThat(rooms.rollouts().zones()).hasSize(1);
    assertThat(rooms.rollouts().limits().rows()).isEqualTo(8);
    assertThat(rooms.rollouts().limits().hosts()).isEqualTo(9);
    assertThat(rooms.keeping().running()).isEqualTo(7);
    assertThat(rooms.webhooks()).isPresent();
    assertThat(rooms(Map.of()).webhooks()).as("nobody is called unless it is said").isEmpty();
  }

  @Test
  void hostsHaveTheirPartsOfTheHeap() throws BadSettingException {
    RoomSettings usual = RoomSettings.of(settings(Map.of()), HEAP_BYTES);
    assertThat(usual.rollouts().limits().rows()).isEqualTo(50_000);
    assertThat(usual.rollouts().limits().hostBytes()).isEqualTo(32 << 20);
    RoomSettings small = RoomSettings.of(settings(Map.of()), HEAP_BYTES / 4);
    assertThat(small.rollouts().limits().rows()).isEqualTo(13_981);
    assertThat(small.rollouts().limits().hostBytes()).isEqualTo(8 << 20);
    assertThat(small.lowered().orElseThrow())
        .endsWith(", 13,981 hosts of rollouts instead of 50,000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "skep.limit.rollout.hosts | 100000 | 916 MiB",
        "skep.limit.hosts.memory | 40MiB | 640 MiB",
      })
  void whatIsSetOfHostsAndDoesNotFitTheHeapIsToldWithTheHeapThatItNeeds(
      String key, String value, String heap) throws BadSettingException {
    Settings settings = settings(Map.of(key, value));
    assertThatThrownBy(() -> RoomSettings.of(settings, HEAP_BYTES))
        .isInstanceOf(BadSettingException.class)
        .hasMessageStartingWith(key + ": that needs a heap of " + heap)
        .hasMessageContaining("this one has 512 MiB: start with SKEP_JAVA_OPTS=-Xmx");
    Rollouts.Limits limits = RoomSettings.of(settings, 2 * HEAP_BYTES).rollouts().limits();
    assertThat(limits.rows() == 100_000 || limits.hostBytes() == 40 << 20).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "skep.rollout.stalled.after, 44s, three times skep.rollout.interval",
    "skep.webhook.hosts, hooks.lan, skep.webhook.secret",
    "skep.webhook.hosts, http://hooks.lan, no host",
    "skep.rollout.reports.from, lan, block of addresses",
  })
  void whatDoesNotFitARolloutIsTold(String key, String value, String told) {
    Map<String, String> set =
        key.startsWith("skep.webhook") && !told.contains("secret")
            ? Map.of(key, value, "skep.webhook.secret", "sixteen or more characters")
            : Map.of(key, value);
    assertThatThrownBy(() -> rooms(set))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining(told);
  }

  private static RoomSettings rooms(Map<String, String> values) throws BadSettingException {
    return RoomSettings.of(settings(values));
  }

  private static Settings settings(Map<String, String> values) throws BadSettingException {
    return Settings.read(Keys.ALL, name -> Optional.ofNullable(values.get(name)));
  }
}
