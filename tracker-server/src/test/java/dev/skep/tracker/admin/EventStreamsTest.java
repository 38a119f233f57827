package dev.skep.tracker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.address.IpAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Who waits for the end of streams waits no longer than it takes, and not for ever. */
class EventStreamsTest {
  private final EventStreams streams = new EventStreams(new EventStreams.Limits(2, 2, 1));

  @Test
  void theEndOfStreamsIsWaitedForAWhile() throws Exception {
    streams.awaitEnd();
    EventStreams.Room room = streams.enter(IpAddress.ofIpv4(0x01020304)).orElseThrow();
    var closing =
        CompletableFuture.runAsync(
            room::close, CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS));
    streams.awaitEnd();
    assertThat(streams.open()).isZero();
    closing.join();

    assertThat(streams.enter(IpAddress.ofIpv4(0x01020304))).isPresent();
    streams.awaitEnd();
    assertThat(streams.open()).isOne();
  }
}
