package dev.skep.tracker.admin.views;

import dev.skep.protocol.InfoHash;
import java.util.function.Predicate;

/**
 * Which torrents somebody may read of.
 *
 * @param all whether these are all there are
 */
public record Sight(Predicate<InfoHash> visible, boolean all) {
  /** What administrators see, and everybody where all may announce everything. */
  public static final Sight EVERYTHING = new Sight(_ -> true, true);

  /** Whether this one may be read of. */
  public boolean holds(InfoHash hash) {
    return all || visible.test(hash);
  }
}
