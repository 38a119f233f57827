package dev.skep.tracker.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.address.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How many event streams there may be, and how long their end is waited for. */
class EventStreamsTest {
  private final EventStreams streams = new EventStreams(new EventStreams.Limits(100, 2, 1, 1));

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

  @Test
  void ofOneSlash48ThereAreTenTimesAsManyAsOfOneOfItsNetworks() {
    List<EventStreams.Room> rooms = new ArrayList<>();
    for (long network = 0; network < 50; network++) {
      streams.enter(new IpAddress(0x20010db8_0001_0000L + network, 1)).ifPresent(rooms::add);
    }
    assertThat(rooms).hasSize(20);
    assertThat(streams.enter(new IpAddress(0x20010db8_0002_0000L, 1))).isPresent();
    rooms.removeLast().close();
    assertThat(streams.enter(new IpAddress(0x20010db8_0001_ffffL, 1))).isPresent();
    assertThat(streams.enter(new IpAddress(0x20010db8_0001_fffeL, 1))).isEmpty();
  }
}
