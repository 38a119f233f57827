package dev.skep.tracker.admin.views;

import dev.skep.protocol.InfoHash;
import java.util.function.Predicate;

/**
 * Which torrents somebody may read of.
 *
 * @param visible which ones
 * @param registered which ones where they are registered, or were
 * @param all whether these are all there are
 * @param mark another one where others are visible; empty if all are
 */
public record Sight(
    Predicate<InfoHash> visible, Predicate<InfoHash> registered, boolean all, String mark) {
  /** What administrators see, and everybody where all may announce everything. */
  public static final Sight EVERYTHING = new Sight(_ -> true, _ -> true, true, "");

  /** What nobody in particular sees. */
  public static final Sight NOTHING = new Sight(_ -> false, _ -> false, false, "nothing");

  /** Whether this one may be read of. */
  public boolean holds(InfoHash hash) {
    return all || visible.test(hash);
  }

  /** The same of one that is registered, or was. */
  public boolean holdsRegistered(InfoHash hash) {
    return all || registered.test(hash);
  }
}
