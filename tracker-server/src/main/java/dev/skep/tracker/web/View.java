package dev.skep.tracker.web;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.admin.views.Sight;
import dev.skep.tracker.admin.views.SortedSwarms;

/** What of the tracker a page shows. A rollout has a stream of its own in the API. */
sealed interface View {
  /** All of it: the biggest swarms, and what goes on. */
  record Overview(SortedSwarms.Sort sort) implements View {}

  /** One torrent. */
  record OneTorrent(InfoHash infoHash) implements View {}

  /**
   * A view for somebody. Those who may see the same torrents see the same, so it is made once for
   * all of them.
   */
  record Watched(View view, Sight sight) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Watched(View its, Sight eyes)
          && its.equals(view)
          && eyes.mark().equals(sight.mark());
    }

    @Override
    public int hashCode() {
      return 31 * view.hashCode() + sight.mark().hashCode();
    }
  }
}
