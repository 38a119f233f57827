package dev.skep.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.session.PeerStatus;
import dev.skep.agent.session.TrackerStatus;
import dev.skep.agent.session.TransferStatus;
import dev.skep.agent.session.peers.KnownPeers;
import dev.skep.agent.session.peers.PeerSource;
import dev.skep.protocol.Endpoint;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransferLineTest {
  private static final long MIB = 1 << 20;
  private static final KnownPeers NOBODY = new KnownPeers(0, 0, 0, 0, 0);
  private static final PeerStatus PEER =
      new PeerStatus(Endpoint.of("10.0.0.1", 6881), "x", false, 1, 0, 0, 0, 0, "", 0, Set.of());

  private static TransferStatus downloading(
      long downBytesPerSecond,
      List<PeerStatus> peers,
      KnownPeers known,
      TrackerStatus... trackers) {
    return new TransferStatus(
        TransferStatus.State.DOWNLOADING,
        Optional.empty(),
        300 * MIB,
        0,
        135 * MIB,
        0,
        0,
        0,
        downBytesPerSecond,
        0,
        peers,
        List.of(),
        known,
        List.of(trackers),
        OptionalInt.empty());
  }

  private static TransferStatus asking(List<PeerStatus> peers, KnownPeers known) {
    return new TransferStatus(
        TransferStatus.State.ASKING,
        Optional.empty(),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        peers,
        List.of(),
        known,
        List.of(),
        OptionalInt.empty());
  }

  @Test
  void aLinkSaysWhomItAsksForTheTorrentItself() {
    assertThat(TransferLine.plain("it", asking(List.of(PEER, PEER, PEER), NOBODY)))
        .isEqualTo("asking 3 peers for the torrent itself  it");
    assertThat(TransferLine.plain("it", asking(List.of(), NOBODY)))
        .isEqualTo("looking for peers who have the torrent itself  it");
    assertThat(TransferLine.plain("it", asking(List.of(), new KnownPeers(5, 0, 3, 0, 0))))
        .isEqualTo("looking for peers who have the torrent itself (5 known: 3 do not answer)  it");
  }

  private static TrackerStatus knows(int seeders, int leechers) {
    return new TrackerStatus(
        "http://t/announce", true, Optional.empty(), seeders, leechers, 0, OptionalLong.empty(), 0);
  }

  @Test
  void aDownloadHasABarWithDoneOfTotalRateTimeLeftAndPeers() {
    var status = downloading(3 * MIB, List.of(PEER), NOBODY);

    assertThat(TransferLine.live("disk.img", status, 120))
        .isEqualTo(
            "45 %  [#############-----------------]  135 MiB of 300 MiB  3 MiB/s down, 0 B/s up"
                + "  55 s left  1 peer  disk.img");
    assertThat(TransferLine.plain("disk.img", status))
        .isEqualTo("45 %  135 MiB of 300 MiB  3 MiB/s down, 0 B/s up  55 s left  1 peer  disk.img");
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 40, 80, 100, 120, 250})
  void theBarGivesWayToWhatTellsMore(int columns) {
    String line =
        TransferLine.live("disk.img", downloading(3 * MIB, List.of(PEER), NOBODY), columns);

    assertThat(line.contains("[#")).isEqualTo(columns >= 100);
    assertThat(line).endsWith("disk.img");
  }

  @Test
  void webServersAreCountedBesidePeers() {
    PeerStatus server =
        new PeerStatus(
            Endpoint.of("10.0.0.2", 80),
            "http://w/",
            false,
            1,
            0,
            0,
            0,
            0,
            "D",
            0,
            Set.of(PeerSource.Kind.WEB));

    assertThat(TransferLine.plain("it", downloading(0, List.of(PEER, server, PEER), NOBODY)))
        .endsWith("  2 peers and 1 web server  it");
    assertThat(TransferLine.plain("it", downloading(0, List.of(server), NOBODY)))
        .endsWith("  0 peers and 1 web server  it");
  }

  @Test
  void whoWaitsForNobodyIsToldSo() {
    assertThat(TransferLine.plain("x", downloading(0, List.of(), NOBODY, knows(0, 3))))
        .contains("0 peers (nobody who announces has it; the tracker knows 2 other leechers)");
    assertThat(TransferLine.plain("x", downloading(0, List.of(), NOBODY, knows(0, 1))))
        .contains("0 peers (nobody who announces has it)  x");
    assertThat(TransferLine.plain("x", downloading(0, List.of(), NOBODY, knows(1, 1))))
        .contains("0 peers  x");
  }

  @Test
  void addressesThatFailAreTold() {
    var known = new KnownPeers(4, 0, 2, 1, 0);

    assertThat(TransferLine.plain("x", downloading(0, List.of(), known, knows(1, 1))))
        .contains("0 peers (4 known: 2 do not answer, 1 hangs up at our handshake)");
  }

  @Test
  void anEndlessTimeLeftIsNoError() {
    var status = downloading(1, List.of(PEER), NOBODY);

    assertThat(TransferLine.plain("x", status)).contains(" left");
  }
}
