package dev.skep.agent.cli.rollout;

import dev.skep.agent.catalogue.RolloutApi;
import dev.skep.agent.catalogue.ToldHost;
import dev.skep.agent.catalogue.ToldRollout;
import dev.skep.agent.catalogue.TrackerApiException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a rollout stands, asked again and again on a thread of its own. A tracker that does not
 * answer for a while is asked again.
 */
public final class RolloutWatch implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final List<String> STUCK = List.of("failed", "stalled");

  /** What is seen is news for so long. */
  public static final Duration GLANCE = Duration.ofMillis(150);

  /** More than any window shows. */
  private static final int MOST_HOSTS = 50;

  /**
   * What was seen last.
   *
   * @param missing machines that are not done; of many only some
   * @param trouble why nothing newer was seen
   * @param isGone the tracker knows nothing of it any more
   */
  public record Seen(
      ToldRollout rollout, List<ToldHost> missing, Optional<String> trouble, boolean isGone) {
    /** Whether there is nothing to wait for. */
    public boolean isOver() {
      return rollout.isOver() || isGone;
    }
  }

  private final RolloutApi api;
  private final Thread asking;
  private volatile Seen seen;

  private RolloutWatch(RolloutApi api, ToldRollout first) {
    this.api = api;
    seen = new Seen(first, List.of(), Optional.empty(), false);
    asking = Thread.ofVirtual().name("skep-rollout").unstarted(this::run);
  }

  /** Begins with what is known of it. */
  public static RolloutWatch begin(RolloutApi api, ToldRollout first) {
    RolloutWatch watch = new RolloutWatch(api, first);
    watch.seen = watch.look(watch.seen);
    watch.asking.start();
    return watch;
  }

  public Seen seen() {
    return seen;
  }

  private void run() {
    try {
      while (!seen.isOver()) {
        Thread.sleep(PAUSE);
        seen = look(seen);
      }
    } catch (InterruptedException e) {
      // Nobody wants to know any more.
    }
  }

  private Seen look(Seen before) {
    try {
      List<ToldHost> missing = missing(api, before.rollout.id(), MOST_HOSTS);
      return new Seen(api.rollout(before.rollout.id()), missing, Optional.empty(), false);
    } catch (IOException e) {
      boolean gone =
          e instanceof TrackerApiException refusal
              && refusal.status() == HttpURLConnection.HTTP_NOT_FOUND;
      return new Seen(
          before.rollout, before.missing, Optional.of(String.valueOf(e.getMessage())), gone);
    }
  }

  /** Machines that are not done: first those that do not get on. Of many only some. */
  public static List<ToldHost> missing(RolloutApi api, String id, int most) throws IOException {
    List<ToldHost> stuck = api.hosts(id, STUCK, most);
    List<ToldHost> others = api.hosts(id, List.of("missing"), most);
    return Stream.concat(
            stuck.stream().sorted(Comparator.comparing(ToldHost::state)),
            others.stream().filter(each -> !STUCK.contains(each.state())))
        .limit(most)
        .toList();
  }

  @Override
  public void close() {
    asking.interrupt();
  }
}
