package dev.skep.tracker.admin.views;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.rollout.HostRow;
import dev.skep.tracker.rollout.KnownHost;
import dev.skep.tracker.rollout.Rollout;
import dev.skep.tracker.rollout.Rollouts;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Pages of lists of rollouts, of their hosts, and of machines. */
public final class RolloutBooks {
  private final Rollouts rollouts;

  public RolloutBooks(Rollouts rollouts) {
    this.rollouts = rollouts;
  }

  /** Rollouts that somebody may read of, what was created last first. */
  public Listing<RolloutRow> rollouts(Predicate<Rollout> wanted, PagePart part) {
    List<Rollout> all = rollouts.newestFirst();
    Optional<List<String>> behind = part.after().map(cursor -> Cursor.words(cursor, 2));
    Iterator<Rollout> each =
        all.stream()
            .filter(wanted)
            .filter(one -> behind.isEmpty() || isBehind(one, behind.get()))
            .iterator();
    return page(each, part, RolloutRow::of, one -> Cursor.of(words(one)));
  }

  /**
   * Rollouts that somebody may read of: those that go on first, then those that ended; of these
   * what was created last first.
   *
   * @param torrent of one torrent only
   * @param most how many at most
   */
  public List<RolloutRow> first(Sight sight, Optional<InfoHash> torrent, int most) {
    Map<Boolean, List<Rollout>> ended =
        rollouts.newestFirst().stream()
            .filter(one -> torrent.map(hash -> isOf(one, hash)).orElse(true))
            .filter(one -> sight.holdsRegistered(one.plan().torrent().infoHash()))
            .collect(Collectors.partitioningBy(one -> one.state().isEnd()));
    return Stream.of(false, true)
        .flatMap(end -> ended.getOrDefault(end, List.of()).stream())
        .limit(most)
        .map(RolloutRow::of)
        .toList();
  }

  private static boolean isOf(Rollout rollout, InfoHash torrent) {
    return rollout.plan().torrent().infoHash().equals(torrent);
  }

  private static String[] words(Rollout rollout) {
    return new String[] {rollout.created().toString(), rollout.id()};
  }

  /** Created before, or then and with a greater id. */
  private static boolean isBehind(Rollout rollout, List<String> place) {
    int byTime = rollout.created().compareTo(time(place.getFirst()));
    return byTime < 0 || (byTime == 0 && rollout.id().compareTo(place.getLast()) > 0);
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException _) {
      throw new ForeignCursorException();
    }
  }

  /** Hosts of a rollout, by name. */
  public Listing<RolloutHost> hosts(Rollout rollout, Predicate<HostRow> wanted, PagePart part) {
    return page(
        filtered(rollout.hostsBehind(name(part)), wanted),
        part,
        host -> RolloutHost.of(rollouts, rollout, host),
        host -> Cursor.of(host.name()));
  }

  /** Machines that were heard of, by name. */
  public Listing<HostInfo> machines(Predicate<KnownHost> wanted, PagePart part) {
    return page(
        filtered(rollouts.hostsBehind(name(part)), wanted),
        part,
        HostInfo::of,
        host -> Cursor.of(host.name()));
  }

  /** No name is less than nothing. */
  private static String name(PagePart part) {
    return part.after().map(cursor -> Cursor.words(cursor, 1).getFirst()).orElse("");
  }

  private static <T> Iterator<T> filtered(Iterator<T> each, Predicate<T> wanted) {
    Iterable<T> all = () -> each;
    return StreamSupport.stream(all.spliterator(), false).filter(wanted).iterator();
  }

  private static <T, R extends Listing.Row> Listing<R> page(
      Iterator<T> each, PagePart part, Function<T, R> row, Function<T, String> cursor) {
    for (int i = 0; i < part.skip() && each.hasNext(); i++) {
      each.next();
    }
    var rows = new ArrayList<T>();
    while (rows.size() < part.most() && each.hasNext()) {
      rows.add(each.next());
    }
    Optional<String> next =
        each.hasNext() ? Optional.of(cursor.apply(rows.getLast())) : Optional.empty();
    return new Listing<>(OptionalLong.empty(), new Mapped<>(rows.iterator(), row), () -> next);
  }
}
