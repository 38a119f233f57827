package dev.skep.tracker.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What takes its time for a good reason, and what would take it for ever. */
@Timeout(60)
class PatienceTest {
  private static final Duration LIMIT = Duration.ofMillis(300);

  @Test
  void whoWaitsForTheSystemIsWaitedFor() throws IOException {
    Pipe pipe = Pipe.open();
    var late =
        new FutureTask<>(
            () -> {
              Thread.sleep(LIMIT.multipliedBy(4));
              return pipe.sink().write(ByteBuffer.allocate(1));
            });
    Thread.ofPlatform().daemon().start(late);
    Callable<Integer> read = () -> pipe.source().read(ByteBuffer.allocate(1));
    assertThat(Patience.withinOwnTime(LIMIT, read)).isOne();
  }

  @Test
  void whoGoesRoundForEverIsGivenUp() {
    assertThatThrownBy(
            () ->
                Patience.withinOwnTime(
                    LIMIT,
                    () -> {
                      while (!Thread.currentThread().isInterrupted()) {
                        Thread.onSpinWait();
                      }
                      return 0;
                    }))
        .hasMessageContaining("did not open");
  }

  @Test
  void thoseWhoWaitForOneAnotherAreGivenUp() {
    var never = new CountDownLatch(1);
    assertThatThrownBy(
            () ->
                Patience.withinOwnTime(
                    LIMIT,
                    () -> {
                      never.await();
                      return 0;
                    }))
        .hasMessageContaining("did not open");
  }
}
