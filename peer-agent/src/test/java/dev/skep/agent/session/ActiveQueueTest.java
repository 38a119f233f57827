package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.session.TransferStatus.State;
import dev.skep.protocol.Endpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ActiveQueueTest {
  private final List<String> working = new ArrayList<>();

  private class Fake implements ActiveQueue.Member {
    private final String name;
    boolean complete;
    boolean stalled;

    Fake(String name) {
      this.name = name;
    }

    @Override
    public boolean isComplete() {
      return complete;
    }

    @Override
    public boolean isStalled() {
      return stalled;
    }

    @Override
    public void activate() {
      working.add(name);
    }

    @Override
    public void deactivate() {
      working.remove(name);
    }
  }

  @Test
  void thoseThatCameFirstWorkAndTheNextWhenOneIsDone() {
    ActiveQueue queue = new ActiveQueue(2, 0);
    Fake a = new Fake("a");
    queue.add(a);
    queue.add(new Fake("b"));
    queue.add(new Fake("c"));
    assertThat(working).containsExactly("a", "b");

    a.complete = true;
    queue.admit();

    assertThat(working).containsExactly("a", "b", "c");
  }

  @Test
  void aSeedBeyondTheLimitWaitsUntilAnotherGoes() {
    ActiveQueue queue = new ActiveQueue(0, 1);
    Fake a = new Fake("a");
    Fake b = new Fake("b");
    queue.add(a);
    queue.add(b);
    a.complete = true;
    b.complete = true;
    queue.admit();
    assertThat(working).containsExactly("a");

    queue.remove(a);

    assertThat(working).contains("b");
  }

  @Test
  void aDownloadThatGetsNothingGivesItsTurnToOneThatWaits() {
    ActiveQueue queue = new ActiveQueue(1, 0);
    Fake a = new Fake("a");
    queue.add(a);
    a.stalled = true;
    queue.rotate();
    assertThat(working).containsExactly("a");

    queue.add(new Fake("b"));
    queue.rotate();

    assertThat(working).containsExactly("b");
  }

  /** As when the last piece of it is on disk already. */
  @Test
  void aMemberThatChangesTheQueueAtItsTurnIsToldOfTurnsInTheirOrder() {
    ActiveQueue queue = new ActiveQueue(1, 1);
    Fake quick =
        new Fake("quick") {
          @Override
          public void activate() {
            super.activate();
            complete = true;
            queue.admit();
          }
        };
    Fake next = new Fake("next");
    queue.add(quick);
    assertThat(working).containsExactly("quick");

    queue.add(next);
    next.complete = true;
    queue.admit();

    assertThat(working).containsExactly("quick");
    queue.remove(quick);
    assertThat(working).contains("next");
  }

  @Test
  void aClosedQueueGivesNoTurns() {
    ActiveQueue queue = new ActiveQueue(1, 0);
    Fake a = new Fake("a");
    queue.add(a);
    queue.add(new Fake("b"));

    queue.close();
    queue.remove(a);

    assertThat(working).containsExactly("a");
  }

  @Test
  void threeTransfersFinishOneAfterTheOther(@TempDir Path temp) throws Exception {
    try (Hosts hosts = new Hosts(temp)) {
      Session seeder = hosts.open(1);
      Endpoint at = seeder.listening();
      Session session = hosts.open(2, s -> s.maxActiveDownloads = 1);
      List<Transfer> transfers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        TestData data = TestData.file("queued" + i, 300_000 + i, 16 * 1024);
        Path file = data.writeTo(hosts.folder(1));
        seeder
            .add(data.metainfo(), temp, TransferOptions.defaults().seeding(file))
            .completed()
            .get(20, TimeUnit.SECONDS);
        transfers.add(session.add(data.metainfo(), hosts.folder(2), TransferOptions.defaults()));
      }
      await()
          .untilAsserted(
              () ->
                  assertThat(transfers.stream().map(t -> t.status().state()))
                      .containsOnlyOnce(State.DOWNLOADING)
                      .contains(State.QUEUED));

      transfers.forEach(t -> t.addPeer(at));

      for (Transfer transfer : transfers) {
        transfer.completed().get(20, TimeUnit.SECONDS);
      }
    }
  }

  @Test
  void aPausedTransferLeavesAndComesBack(@TempDir Path temp) throws Exception {
    TestData data = TestData.file("paused", 300_000, 16 * 1024);
    try (Hosts hosts = new Hosts(temp)) {
      Endpoint seeder = hosts.seed(data);
      Transfer transfer = hosts.get(hosts.open(2), 2, data);
      await().until(() -> transfer.status().state() == State.DOWNLOADING);

      transfer.pause();
      transfer.addPeer(seeder);
      assertThat(transfer.status().state()).isEqualTo(State.PAUSED);
      assertThat(transfer.status().peers()).isEmpty();

      transfer.resume();
      transfer.completed().get(20, TimeUnit.SECONDS);
    }
  }
}
