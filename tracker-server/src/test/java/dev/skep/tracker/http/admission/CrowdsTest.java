package dev.skep.tracker.http.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.address.IpAddress;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CrowdsTest {
  private static final int MOST = 20;

  @Test
  void onePrivateAddressMayHaveMoreAndNeverMoreThanHalfOfAll() {
    IpAddress here = IpAddress.of(InetAddress.ofLiteral("10.1.2.3"));
    IpAddress elsewhere = IpAddress.of(InetAddress.ofLiteral("198.51.100.7"));
    assertThat(mayHave(here, 1, 2)).isEqualTo(2);
    assertThat(mayHave(elsewhere, 1, 2)).isEqualTo(1);
    assertThat(mayHave(here, 1, 100)).isEqualTo(MOST / 2);
  }

  /** How many connections it gets in. */
  private static int mayHave(IpAddress address, int mostPerAddress, int privateTimes) {
    var crowds = new Crowds(settings(mostPerAddress, privateTimes), new HttpTallies());
    int in = 0;
    while (in < 2 * MOST && crowds.enter(address).isPresent()) {
      in++;
    }
    return in;
  }

  @Test
  void addressesOfOneSmallNetworkCountAsOneOverIpv6() {
    Crowds crowds = new Crowds(settings(1, 1), new HttpTallies());
    IpAddress one = IpAddress.of(InetAddress.ofLiteral("2001:db8::1"));
    assertThat(crowds.enter(one)).isPresent();
    assertThat(crowds.enter(IpAddress.of(InetAddress.ofLiteral("2001:db8::2")))).isEmpty();
    assertThat(crowds.enter(IpAddress.of(InetAddress.ofLiteral("2001:db8:0:1::1")))).isPresent();
    crowds.leave(one);
    assertThat(crowds.enter(IpAddress.of(InetAddress.ofLiteral("2001:db8::2")))).isPresent();
  }

  /** Each of its networks has one connection, and all of them together most. */
  @Test
  void whoHasManySmallNetworksGivesWayAsOne() {
    Crowds crowds = new Crowds(settings(1, 1), new HttpTallies());
    List<Connection> ended = new ArrayList<>();
    for (int network = 0; network < MOST; network++) {
      IpAddress address = new IpAddress(0x20010db8_0001_0000L + network, 1);
      crowds.add(new Connection(crowds.enter(address).orElseThrow(), ended));
    }
    Crowds.Crowd newcomer = crowds.enter(new IpAddress(0x20010db8_0002_0000L, 1)).orElseThrow();
    assertThat(crowds.makeRoomFor(newcomer)).isTrue();
    assertThat(ended).hasSize(1);

    Crowds.Crowd another = crowds.enter(new IpAddress(0x20010db8_0001_ffffL, 1)).orElseThrow();
    assertThat(crowds.makeRoomFor(another)).as("its own /48 has most").isFalse();
  }

  @Test
  void whatWasLookedForInVainIsNotLookedForAtOnceAgain() {
    Crowds crowds = new Crowds(settings(1, 1), new HttpTallies());
    var looks = new AtomicInteger();
    for (int address = 1; address <= MOST; address++) {
      Crowds.Crowd crowd = crowds.enter(IpAddress.ofIpv4(address)).orElseThrow();
      crowds.add(new Counted(crowd, looks));
    }
    for (int address = MOST + 1; address <= 2 * MOST; address++) {
      Crowds.Crowd newcomer = crowds.enter(IpAddress.ofIpv4(address)).orElseThrow();
      assertThat(crowds.makeRoomFor(newcomer)).as("nobody has more").isFalse();
    }
    assertThat(looks.get()).isLessThan(MOST * MOST / 4);
  }

  /** Something happens on it all the time. */
  private interface Busy extends Crowds.Member {
    @Override
    default long idleNanos() {
      return 0;
    }

    @Override
    default long stalledNanos() {
      return 0;
    }
  }

  private record Counted(Crowds.Crowd of, AtomicInteger looks) implements Busy {
    @Override
    public Crowds.Crowd crowd() {
      looks.incrementAndGet();
      return of;
    }

    @Override
    public long giveWay() {
      return 0;
    }
  }

  private record Connection(Crowds.Crowd crowd, List<Connection> ended) implements Busy {
    @Override
    public long giveWay() {
      ended.add(this);
      return 0;
    }
  }

  private static HttpSettings settings(int mostPerAddress, int privateTimes) {
    ConnectionLimits usual = ConnectionLimits.DEFAULT;
    return HttpSettings.DEFAULT.with(
        new ConnectionLimits(
            MOST,
            mostPerAddress,
            privateTimes,
            List.of(),
            usual.behindProbe(),
            usual.patience(),
            usual.leastBytesPerSecond()));
  }
}
