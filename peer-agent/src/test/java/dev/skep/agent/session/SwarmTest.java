package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real sessions in one JVM move real files over the loopback. */
@Timeout(60)
class SwarmTest {
  private final List<Session> sessions = new ArrayList<>();
  @TempDir private Path temp;

  @AfterEach
  void closeAll() {
    sessions.forEach(Session::close);
  }

  private Session session(int number) throws IOException {
    Session session =
        Session.open(
            SessionSettings.defaults()
                .change()
                .bind(InetAddress.ofLiteral("127.0.0." + (1 + number)))
                .build());
    sessions.add(session);
    return session;
  }

  private Path folder(int number) {
    return temp.resolve("host" + number);
  }

  @Test
  void aFileArrivesAsItWas() throws Exception {
    TestData data = TestData.file("one.bin", 5_000_000, 256 * 1024);
    Endpoint seeder = seed(data);

    Transfer transfer =
        session(2)
            .add(data.metainfo(), folder(2), TransferOptions.defaults().withPeers(List.of(seeder)));
    transfer.completed().get(20, TimeUnit.SECONDS);

    assertThatHas(data, folder(2));
    TransferStatus status = transfer.status();
    assertThat(status.state()).isEqualTo(TransferStatus.State.SEEDING);
    assertThat(status.downloadedBytes()).isEqualTo(5_000_000);
    assertThat(status.wastedBytes()).isZero();
  }

  @Test
  void aFolderArrivesWithEmptyFilesAndForeignNames() throws Exception {
    TestData data =
        TestData.folder("größe 大きさ", 64 * 1024)
            .with(List.of("empty"), 0)
            .with(List.of("a", "ünïcödé.txt"), 100_001)
            .with(List.of("a", "b", "tiny"), 1)
            .with(List.of("a", "b", "空"), 0)
            .with(List.of("z.bin"), 1_000_000);
    Endpoint seeder = seed(data);
    List<Transfer> transfers = new ArrayList<>();
    List<Endpoint> known = new ArrayList<>(List.of(seeder));

    for (int host = 2; host <= 4; host++) {
      Session session = session(host);
      transfers.add(
          session.add(data.metainfo(), folder(host), TransferOptions.defaults().withPeers(known)));
      known.add(session.listening());
    }
    for (Transfer transfer : transfers) {
      transfer.completed().get(20, TimeUnit.SECONDS);
    }

    for (int host = 2; host <= 4; host++) {
      assertThatHas(data, folder(host));
    }
  }

  private Endpoint seed(TestData data) throws IOException {
    Session session = session(1);
    session.add(
        data.metainfo(), folder(1), TransferOptions.defaults().seeding(data.writeTo(folder(1))));
    return session.listening();
  }

  private static void assertThatHas(TestData data, Path folder) {
    for (TestData.Content file : data.files()) {
      assertThat(data.at(folder, file)).hasBinaryContent(file.bytes());
    }
  }
}
