package dev.skep.agent.service;

import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.session.TorrentIdentity;
import dev.skep.agent.session.Transfer;
import dev.skep.protocol.metainfo.Metainfo;
import java.util.Optional;

/**
 * Everything that is known of a torrent at one moment.
 *
 * @param metainfo the torrent itself; absent while only a magnet link is known
 * @param transfer what moves it now
 * @param counted those of the transfer's figures that are in the record already
 * @param counting the transfer's figures as of the last second
 * @param obstacle why it has no transfer
 */
record Known(
    TorrentRecord record,
    Optional<Metainfo> metainfo,
    Optional<Transfer> transfer,
    Figures counted,
    Figures counting,
    Optional<String> obstacle) {

  /** Nothing moves it yet. */
  static Known of(TorrentRecord record, Optional<Metainfo> metainfo) {
    return new Known(
        record, metainfo, Optional.empty(), Figures.NOTHING, Figures.NOTHING, Optional.empty());
  }

  Known with(TorrentRecord next) {
    return new Known(next, metainfo, transfer, counted, counting, obstacle);
  }

  Known counting(Figures next) {
    return new Known(record, metainfo, transfer, counted, next, obstacle);
  }

  Known obstructed(String why) {
    return new Known(record, metainfo, transfer, counted, counting, Optional.of(why));
  }

  /** Another transfer moves it, or none. */
  Known movedBy(Optional<Transfer> next) {
    return new Known(record, metainfo, next, Figures.NOTHING, Figures.NOTHING, Optional.empty());
  }

  /** Peers told what its magnet link is of. */
  Known learnt(Metainfo torrent) {
    TorrentRecord plain = record.with(r -> r.magnet = Optional.empty());
    return new Known(plain, Optional.of(torrent), transfer, counted, counting, obstacle);
  }

  /** Something happened that is not in the record. */
  boolean hasNews() {
    return !counting.equals(counted);
  }

  /** The same with all that happened in the record. */
  Known settled() {
    return hasNews()
        ? new Known(
            counting.addedTo(record, counted), metainfo, transfer, counting, counting, obstacle)
        : this;
  }

  TorrentIdentity identity() {
    return metainfo.isPresent()
        ? TorrentIdentity.of(metainfo.get())
        : TorrentIdentity.of(record.magnet().orElseThrow());
  }
}
