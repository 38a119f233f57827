package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.address.AddressRanges;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Rate limits of whole sessions; the exactness of the bucket itself is tested on virtual time. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class LimitsTest {
  private static final TestData DATA = TestData.file("limited", 4_000_000, 64 * 1024);

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  private double seconds(Session leecher, Endpoint seeder) throws Exception {
    long begin = System.nanoTime();
    Transfer transfer = hosts.get(leecher, 2, DATA, seeder);
    transfer.completed().get(30, TimeUnit.SECONDS);
    hosts.assertThatHas(2, DATA);
    return (System.nanoTime() - begin) / 1e9;
  }

  @Test
  void aDownloadIsNoFasterThanItsLimit() throws Exception {
    Endpoint seeder = hosts.seed(DATA);
    Session leecher = hosts.open(2, s -> s.maxDownBytesPerSecond = 2_000_000);

    assertThat(seconds(leecher, seeder)).isBetween(1.5, 10.0);
  }

  @Test
  void anUploadIsNoFasterThanItsLimit() throws Exception {
    Endpoint seeder = hosts.seed(DATA, s -> s.maxUpBytesPerSecond = 2_000_000);

    assertThat(seconds(hosts.open(2), seeder)).isBetween(1.5, 10.0);
  }

  @Test
  void theLocalNetworkMayBeExempt() throws Exception {
    Endpoint seeder =
        hosts.seed(
            DATA,
            s -> {
              s.maxUpBytesPerSecond = 50_000;
              s.limitLocalNetwork = false;
            });

    assertThat(seconds(hosts.open(2), seeder)).isLessThan(20);
  }

  @Test
  void onlyTheLocalNetworkIsExempt() throws Exception {
    AddressRanges local = AddressRanges.parse("127.0.0.3");
    Endpoint seeder =
        hosts.seed(
            DATA,
            s -> {
              s.maxUpBytesPerSecond = 200_000;
              s.limitLocalNetwork = false;
              s.localNetwork = local;
              s.peerExchange = false; // else each gets it from the other
            });
    Transfer far = hosts.get(hosts.open(3), 3, DATA, seeder);
    await().until(() -> far.status().downloadedBytes() > 0);

    assertThat(seconds(hosts.open(2), seeder)).isLessThan(10);

    assertThat(far.status().downloadedBytes()).isLessThan(3_000_000);
  }

  /** A block at these rates takes longer than the test may. */
  @Test
  void whoWaitsBecauseOfALimitNoticesItsChange() throws Exception {
    Session seeder = hosts.open(1, s -> s.maxUpBytesPerSecond = 200);
    Path data = DATA.writeTo(hosts.folder(1));
    Transfer seeding = seeder.add(DATA.metainfo(), temp, TransferOptions.defaults().seeding(data));
    seeding.completed().get(20, TimeUnit.SECONDS);
    Session leecher = hosts.open(2, s -> s.maxDownBytesPerSecond = 200);
    Transfer transfer = hosts.get(leecher, 2, DATA, seeder.listening());
    await().until(() -> seeding.status().uploadedBytes() > 0);

    leecher.limit(0, 0);
    seeder.limit(0, 0);

    transfer.completed().get(10, TimeUnit.SECONDS);
  }

  @Test
  void aTorrentMayBeExemptFromWhatHoldsForAll() throws Exception {
    Endpoint seeder = hosts.seed(DATA);
    Session leecher = hosts.open(2, s -> s.maxDownBytesPerSecond = 1_000);

    Transfer transfer =
        leecher.add(
            DATA.metainfo(),
            hosts.folder(2),
            TransferOptions.defaults()
                .withPeers(List.of(seeder))
                .with(o -> o.sessionLimits = false));

    transfer.completed().get(30, TimeUnit.SECONDS);
  }

  @Test
  void aTorrentMayHaveFewerPeersThanOthers() throws Exception {
    Path data = DATA.writeTo(hosts.folder(1));
    Transfer seeding =
        hosts
            .open(1)
            .add(
                DATA.metainfo(),
                temp,
                TransferOptions.defaults().seeding(data).with(o -> o.maxConnections = 2));
    seeding.completed().get(20, TimeUnit.SECONDS);
    Endpoint seeder = hosts.sessionOfSeeder().listening();

    for (int i = 2; i <= 5; i++) {
      Session slow =
          hosts.open(
              i,
              s -> {
                s.maxDownBytesPerSecond = 20_000;
                s.peerExchange = false;
                s.localDiscovery = false;
              });
      hosts.get(slow, i, DATA, seeder);
    }

    await().until(() -> seeding.status().peers().size() == 2);
    await().during(1, TimeUnit.SECONDS).until(() -> seeding.status().peers().size() <= 2);
  }

  @Test
  void aLimitMayChangeWhileItRuns() throws Exception {
    Endpoint seeder = hosts.seed(DATA);
    Session leecher = hosts.open(2, s -> s.maxDownBytesPerSecond = 20_000);
    Transfer transfer = hosts.get(leecher, 2, DATA, seeder);
    await().until(() -> transfer.status().downloadedBytes() > 0);

    leecher.limit(0, 0);

    transfer.completed().get(30, TimeUnit.SECONDS);
  }
}
