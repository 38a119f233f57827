package dev.skep.agent.connection;

import dev.skep.agent.storage.BlockBodies;
import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Outbox;
import dev.skep.agent.torrent.Peer;
import dev.skep.agent.torrent.Reason;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.HashRange;
import dev.skep.protocol.peerwire.WireLimits;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The place of a peer with which blocks are exchanged. */
record TorrentSeat(LiveTorrent torrent, Peer peer, Extensions extensions) implements Seat {
  /** What a peer may be asked for at once that does not say how much (BEP 10). */
  private static final int MOST_UNTOLD_REQUESTS = 250;

  static TorrentSeat of(LiveTorrent torrent, Peer peer) {
    torrent.allowsRequests(peer, MOST_UNTOLD_REQUESTS);
    return new TorrentSeat(torrent, peer, Extensions.of(torrent, peer));
  }

  @Override
  public WireLimits wireLimits() {
    return WireLimits.of(layout().pieceCount());
  }

  @Override
  public Limits downLimits() {
    return torrent.downLimits();
  }

  @Override
  public Limits upLimits() {
    return torrent.upLimits();
  }

  @Override
  public void greet(Outbox out) {
    torrent.greet(peer, out);
  }

  @Override
  public void next(Outbox out, int budgetBytes, long now) {
    torrent.next(peer, out, budgetBytes, now);
  }

  @Override
  public void received(List<Inbound> all) throws Misconduct {
    torrent.received(peer, all);
  }

  @Override
  public void introduced(ExtensionHandshake theirs) {
    theirs.maxRequests().ifPresent(requests -> torrent.allowsRequests(peer, requests));
    theirs.uploadOnly().ifPresent(only -> torrent.onlyUploads(peer, only));
  }

  @Override
  public boolean uploadOnly() {
    return torrent.uploadOnly();
  }

  @Override
  public int maxWaitingRequests() {
    return torrent.maxWaitingRequests();
  }

  @Override
  public OptionalLong metadataBytes() {
    return OptionalLong.of(torrent.metainfo().infoLengthBytes());
  }

  @Override
  public BlockBodies bodies(boolean copies) {
    return torrent.bodies(copies);
  }

  @Override
  public PieceLayout layout() {
    return torrent.metainfo().layout();
  }

  @Override
  public Optional<byte[]> hashes(HashRange range) {
    return torrent.hashes(range);
  }

  @Override
  public void dataUnreadable() {
    torrent.dataUnreadable();
  }

  @Override
  public void leave(Reason why) {
    torrent.leave(peer, why);
  }
}
