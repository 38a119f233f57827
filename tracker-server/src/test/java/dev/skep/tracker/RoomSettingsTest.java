package dev.skep.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.address.Cidr;
import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Settings;
import dev.skep.tracker.config.Keys;
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
    assertThat(rooms.http().mostConnections()).isEqualTo(14);
    assertThat(rooms.http().mostScraped()).isEqualTo(17);
    assertThat(rooms.http().patience()).isEqualTo(Duration.ofSeconds(19));
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
  void connectionsAndAnswersTakeNoMoreThanTheirPartOfASmallHeap() throws BadSettingException {
    long heapBytes = HEAP_BYTES / 4;
    var small = RoomSettings.of(settings(Map.of()), heapBytes);
    assertThat(small.http().mostConnections() * (24L << 10))
        .isBetween(heapBytes / 5, heapBytes / 4);
    assertThat(small.http().answers().bytes()).isEqualTo(heapBytes / 16);
    var usual = RoomSettings.of(settings(Map.of()), HEAP_BYTES);
    assertThat(usual.http().answers().bytes()).isEqualTo(32 << 20);
  }

  @Test
  void whatIsNoBlockOfAddressesIsTold() {
    assertThatThrownBy(() -> rooms(Map.of("skep.http.trusted.proxies", "10.0.0.0/40")))
        .isInstanceOf(BadSettingException.class)
        .hasMessageContaining("10.0.0.0/40");
  }

  private static RoomSettings rooms(Map<String, String> values) throws BadSettingException {
    return RoomSettings.of(settings(values));
  }

  private static Settings settings(Map<String, String> values) throws BadSettingException {
    return Settings.read(Keys.ALL, name -> Optional.ofNullable(values.get(name)));
  }
}
