package dev.skep.agent.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class StopSignalTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final StopSignal stop = new StopSignal(false);
  private final CompletableFuture<String> work = new CompletableFuture<>();

  @Test
  void nobodyWaitsLongerThanTheyWantTo() throws Exception {
    assertThat(StopSignal.await(stop.or(work), Duration.ofMillis(1))).isFalse();
    assertThat(stop.await(Duration.ofMillis(1))).isFalse();
    assertThat(stop.isAsked()).isFalse();
  }

  @Test
  void theEndOfTheWorkIsHeardOfAtOnce() throws Exception {
    Thread.ofVirtual().start(() -> work.complete("done"));

    assertThat(StopSignal.await(stop.or(work), LONG)).isTrue();
    assertThat(stop.isAsked()).isFalse();
  }

  @Test
  void aFailureIsAnEndToo() throws Exception {
    work.completeExceptionally(new IllegalStateException("failed"));

    assertThat(StopSignal.await(stop.or(work), LONG)).isTrue();
  }

  @Test
  void theWishToEndIsHeardOfAtOnce() throws Exception {
    Thread.ofVirtual().start(stop::ask);

    assertThat(StopSignal.await(stop.or(work), LONG)).isTrue();
    assertThat(stop.isAsked()).isTrue();
    assertThat(stop.await(LONG)).isTrue();
  }
}
