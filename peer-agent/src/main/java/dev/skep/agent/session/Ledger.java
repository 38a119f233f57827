package dev.skep.agent.session;

import dev.skep.agent.connection.LiveTorrent;
import dev.skep.agent.connection.Snapshot;
import dev.skep.agent.connection.Traffic;
import dev.skep.agent.torrent.TorrentStats;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;

/**
 * What one transfer moved in this session, over live torrents that come and go. Readers take no
 * lock. Safe for many threads.
 */
final class Ledger {

  /** Payload in bytes. */
  record Totals(long down, long up, long wasted) {
    private static final Totals ZERO = new Totals(0, 0, 0);

    private Totals plus(TorrentStats stats) {
      return new Totals(
          down + stats.downloadedBytes(), up + stats.uploadedBytes(), wasted + stats.wastedBytes());
    }

    /** What came after these. */
    Totals since(Totals earlier) {
      return new Totals(down - earlier.down, up - earlier.up, wasted - earlier.wasted);
    }
  }

  /** What is over, and what goes on. */
  private record Account(Totals past, Traffic pastTraffic, Optional<LiveTorrent> live) {}

  private volatile Account account = new Account(Totals.ZERO, new Traffic(), Optional.empty());

  /** From now on this one counts too. */
  synchronized void begin(LiveTorrent next) {
    account = new Account(account.past, account.pastTraffic, Optional.of(next));
  }

  /** Takes the figures of the live torrent over, which counts no more. */
  synchronized void end() {
    Account now = account;
    if (now.live.isPresent()) {
      Snapshot last = now.live.get().settle();
      Traffic all = new Traffic();
      all.add(now.pastTraffic);
      all.add(last.traffic());
      account = new Account(now.past.plus(last.stats()), all, Optional.empty());
    }
  }

  /** As of the live torrent's last snapshot. */
  Totals totals() {
    Account now = account;
    return now.live.map(live -> now.past.plus(live.snapshot().stats())).orElse(now.past);
  }

  /** From and to each address, as of the live torrent's last snapshot. */
  Map<InetAddress, Traffic.Moved> moved() {
    Account now = account;
    Traffic all = new Traffic();
    all.add(now.pastTraffic);
    now.live.ifPresent(live -> all.add(live.snapshot().traffic()));
    return all.byAddress();
  }
}
