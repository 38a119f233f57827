package dev.skep.tracker.admin.views;

import static dev.skep.tracker.rollout.Rolling.host;
import static dev.skep.tracker.rollout.Rolling.named;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.tracker.HostReport.State;
import dev.skep.tracker.rollout.Rolling;
import dev.skep.tracker.rollout.Rollout;
import dev.skep.tracker.rollout.Rollouts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What following a rollout costs, since everybody may who may read of its torrent. */
class RolloutEventsTest {
  private static final int HOSTS = 230;

  private final Rolling rolling;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Turns turns = new Turns();

  RolloutEventsTest() throws Exception {
    rolling = new Rolling(new Rollouts.Limits(HOSTS, HOSTS, 1 << 20, HOSTS, 1));
  }

  /** Counts who comes. */
  private static final class Turns extends Semaphore {
    private static final long serialVersionUID = 1;

    private final AtomicInteger taken = new AtomicInteger();

    Turns() {
      super(1, true);
    }

    @Override
    public void acquireUninterruptibly() {
      super.acquireUninterruptibly();
      taken.incrementAndGet();
    }
  }

  private Rollout of(String... hosts) throws Exception {
    return rolling.keeping.create(rolling.plan(named(hosts)));
  }

  private void follow(Rollout rollout, Duration howLong) {
    try {
      RolloutEvents.write(rolling.rollouts, rollout, 0, howLong, new EventWriter(out, turns));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long told(String kind) {
    return out.toString(UTF_8).lines().filter(("event: " + kind)::equals).count();
  }

  @Test
  void ofManyHostsAFewAreToldInATurn() throws Exception {
    follow(
        of(IntStream.range(0, HOSTS).mapToObj(i -> "h" + i).toArray(String[]::new)), Duration.ZERO);
    assertThat(told("host")).isEqualTo(HOSTS);
    assertThat(told("rollout")).isEqualTo(1);
    assertThat(turns.taken).hasValue(5);
  }

  @Test
  void whoWasToldAMomentAgoIsNotWokenByEachReport() throws Exception {
    Rollout rollout = of("a");
    Thread following =
        Thread.ofPlatform().daemon().start(() -> follow(rollout, Duration.ofMinutes(1)));
    await().until(() -> told("rollout") == 1);
    long before = timesWaited(following);
    for (int i = 1; i <= 100; i++) {
      rolling.says(host("a"), State.FETCHING, "", 1000 - i, i, "10.1.0.7");
      Thread.sleep(1); // so that somebody who is woken waits again
    }
    assertThat(timesWaited(following) - before).isLessThan(20);
    await().until(() -> out.toString(UTF_8).contains("\"progress\":0.1,"));

    rolling.rollouts.endWaiting();
    following.join(Duration.ofSeconds(10));
    assertThat(following.isAlive()).isFalse();
  }

  private static long timesWaited(Thread thread) {
    return ManagementFactory.getThreadMXBean().getThreadInfo(thread.threadId()).getWaitedCount();
  }
}
