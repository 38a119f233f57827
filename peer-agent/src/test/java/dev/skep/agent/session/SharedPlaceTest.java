package dev.skep.agent.session;

import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.session.TransferStatus.State;
import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Several agents and one folder: one downloads to it at a time, and any number seed from it. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class SharedPlaceTest {
  private static final int PIECE = 64 * 1024;
  private static final TestData DATA =
      TestData.folder("shared", PIECE)
          .with(List.of("one.bin"), 3 * PIECE + 1000)
          .with(List.of("empty"), 0);
  private static final Endpoint NOBODY = Endpoint.of("127.0.0.9", 1);

  @TempDir private Path temp;
  @AutoClose private Hosts hosts;
  private Path place;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
    place = hosts.folder(2).resolve("shared");
  }

  /** An agent with other addresses and the same folder. */
  private Session another(int number) throws IOException {
    return hosts.open(number, s -> s.bind = InetAddress.ofLiteral("127.0.0." + (10 + number)));
  }

  private Transfer downloading() throws IOException {
    Transfer transfer = hosts.get(hosts.open(2), 2, DATA, NOBODY);
    await().until(() -> transfer.status().state() == State.DOWNLOADING);
    return transfer;
  }

  private static String problem(Transfer transfer) {
    return await()
        .until(transfer::status, now -> now.state() == State.FAILED)
        .problem()
        .orElseThrow();
  }

  private List<String> states() throws IOException {
    try (Stream<Path> all = Files.list(hosts.folder(2).resolve(".skep"))) {
      return all.map(file -> file.getFileName().toString().replaceAll(".*\\.", "")).toList();
    }
  }

  @Test
  void theSecondDownloadNamesTheFirstAndLeavesEverythingAlone() throws Exception {
    Transfer first = downloading();

    Transfer second = hosts.get(another(3), 2, DATA, NOBODY);

    assertThat(problem(second))
        .isEqualTo(
            "%s is being downloaded by process %d; wait until that ends, or take another folder"
                .formatted(place, ProcessHandle.current().pid()));
    first.addPeer(hosts.seed(DATA));
    first.completed().get(20, TimeUnit.SECONDS);
    hosts.assertThatHas(2, DATA);
  }

  @Test
  void whoIsDoneHoldsNobodyUp() throws Exception {
    Endpoint seeder = hosts.seed(DATA);
    hosts.get(hosts.open(2), 2, DATA, seeder).completed().get(20, TimeUnit.SECONDS);
    assertThat(states()).containsExactly("resume");
    Files.delete(place.resolve("one.bin"));

    Transfer second = hosts.get(another(3), 2, DATA, seeder);
    second.completed().get(20, TimeUnit.SECONDS);

    hosts.assertThatHas(2, DATA);
  }

  @Test
  void whoPausesHoldsNobodyUp() throws Exception {
    Transfer first = downloading();
    assertThat(states()).containsExactlyInAnyOrder("resume", "lock");
    first.pause();

    hosts.get(another(3), 2, DATA, hosts.seed(DATA)).completed().get(20, TimeUnit.SECONDS);

    hosts.assertThatHas(2, DATA);
  }

  @Test
  void whoPausesWhileItsFilesAreLookedAtHoldsNobodyUp() throws Exception {
    Session session = hosts.open(2);
    Path one = DATA.writeTo(hosts.folder(2)).resolve("one.bin");
    try (FileChannel end = FileChannel.open(one, WRITE)) {
      end.write(ByteBuffer.allocate(1000), 3 * PIECE);
    }
    Transfer first =
        session.add(
            DATA.metainfo(),
            hosts.folder(2),
            TransferOptions.defaults().with(o -> o.overwrite = true));
    await().until(() -> first.status().state() == State.DOWNLOADING);
    first.pause();
    Files.setLastModifiedTime(one, FileTime.fromMillis(1));
    session.disk().checks().acquire();
    first.resume();
    await().until(() -> session.disk().checks().hasQueuedThreads());

    first.pause();
    session.disk().checks().release();

    await().until(() -> session.disk().checks().tryAcquire()); // it has looked
    Transfer second = hosts.get(another(3), 2, DATA, hosts.seed(DATA));
    second.completed().get(20, TimeUnit.SECONDS);
    hosts.assertThatHas(2, DATA);
  }

  @Test
  void whatAKilledProcessLeftHoldsNobodyUp() throws Exception {
    Path left =
        hosts.folder(2).resolve(".skep").resolve(DATA.metainfo().infoHash().hex() + ".lock");
    Files.createDirectories(left.getParent());
    Files.writeString(left, "1");

    hosts.get(hosts.open(2), 2, DATA, hosts.seed(DATA)).completed().get(20, TimeUnit.SECONDS);

    assertThat(left).doesNotExist();
  }

  @Test
  void aSeederOfAnUnfinishedDownloadNamesWhoDownloadsIt() throws Exception {
    downloading();

    Transfer seed =
        another(3).add(DATA.metainfo(), hosts.folder(2), TransferOptions.defaults().seeding(place));

    assertThat(problem(seed))
        .endsWith("process " + ProcessHandle.current().pid() + " is downloading it just now");
  }

  @Test
  void anAgentThatKeepsItsStatesElsewhereIsMetToo() throws Exception {
    Session agent = hosts.open(2, s -> s.stateFolder = Optional.of(temp.resolve("own")));
    Transfer first = hosts.get(agent, 2, DATA, NOBODY);
    await().until(() -> first.status().state() == State.DOWNLOADING);

    assertThat(problem(hosts.get(another(3), 2, DATA, NOBODY))).contains("is being downloaded by");
    first.pause();
    await().untilAsserted(() -> assertThat(hosts.folder(2).resolve(".skep")).doesNotExist());
  }
}
