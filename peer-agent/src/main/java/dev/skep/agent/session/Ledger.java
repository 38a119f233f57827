package dev.skep.agent.session;

import dev.skep.agent.connection.LiveTorrent;
import dev.skep.agent.connection.Traffic;
import dev.skep.agent.torrent.TorrentStats;
import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one transfer moved in this session, over live torrents that come and go. Safe for many
 * threads.
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

  private final Traffic pastTraffic = new Traffic();
  private Totals past = Totals.ZERO;
  private @Nullable LiveTorrent live;

  /** From now on this one counts too. */
  synchronized void begin(LiveTorrent next) {
    live = next;
  }

  /** Takes the figures of the live torrent over, which counts no more. */
  synchronized void end() {
    if (live != null) {
      past = past.plus(live.stats());
      pastTraffic.add(live.traffic());
      live = null;
    }
  }

  synchronized Totals totals() {
    return live == null ? past : past.plus(live.stats());
  }

  /** From and to each address. */
  synchronized Map<InetAddress, Traffic.Moved> moved() {
    Traffic all = new Traffic();
    all.add(pastTraffic);
    if (live != null) {
      all.add(live.traffic());
    }
    return all.byAddress();
  }
}
