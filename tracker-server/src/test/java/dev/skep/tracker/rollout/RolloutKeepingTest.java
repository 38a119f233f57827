package dev.skep.tracker.rollout;

import static dev.skep.tracker.rollout.Rolling.alien;
import static dev.skep.tracker.rollout.Rolling.anyOf;
import static dev.skep.tracker.rollout.Rolling.at;
import static dev.skep.tracker.rollout.Rolling.host;
import static dev.skep.tracker.rollout.Rolling.labelled;
import static dev.skep.tracker.rollout.Rolling.named;
import static dev.skep.tracker.rollout.Rolling.row;
import static dev.skep.tracker.rollout.Rolling.state;
import static dev.skep.tracker.rollout.Rolling.telling;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.tracker.HostReport.State;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What was answered is kept, and what hosts said is, a moment later. */
class RolloutKeepingTest {
  private final Rolling rolling;

  RolloutKeepingTest() throws Exception {
    rolling = new Rolling();
  }

  private Rollout again(Rollout before) {
    return rolling.rollouts.find(before.id()).orElseThrow();
  }

  @Test
  void aRolloutIsKeptBeforeItIsAnswered() throws Exception {
    Rollout rollout = rolling.create(named("a", "b"));
    rolling.start();
    assertThat(again(rollout).plan()).isEqualTo(rollout.plan());
    assertThat(again(rollout).created()).isEqualTo(rollout.created());
    assertThat(state(again(rollout), "a")).isEqualTo(HostState.UNSEEN);
  }

  @Test
  void whatCannotBeKeptIsNot() throws Exception {
    rolling.broken = true;
    assertThatThrownBy(() -> rolling.create(named("a"))).isInstanceOf(IOException.class);
    assertThat(rolling.rollouts.newestFirst()).isEmpty();
    assertThat(rolling.rollouts.rows()).isZero();
    rolling.broken = false;
    Rollout rollout = rolling.create(named("a"));
    rolling.broken = true;
    assertThatThrownBy(() -> rolling.keeping.cancel(rollout)).isInstanceOf(IOException.class);
    assertThat(rollout.state()).isEqualTo(Rollout.State.RUNNING);
  }

  @Test
  void whatHostsSaidIsKeptWithTheNextSave() throws Exception {
    Rollout rollout = rolling.create(named("a", "b", "c"));
    rolling.verified("a");
    rolling.says(host("b"), State.FAILED, "no space", 500, 500, "10.1.0.7");
    rolling.fetching("c", 400, 600);
    rolling.keeping.save();
    int saves = rolling.saves;
    rolling.keeping.save();
    assertThat(rolling.saves).as("nothing changed").isEqualTo(saves);

    rolling.start();
    Rollout back = again(rollout);
    assertThat(row(back, "a").status()).isEqualTo(row(rollout, "a").status());
    assertThat(row(back, "b").status().reason()).contains("no space");
    assertThat(row(back, "c").motion().progress(1000)).isEqualTo(0.6);
    rolling.pass(Duration.ofSeconds(10));
    rolling.fetching("c", 300, 700);
    assertThat(row(back, "c").motion().bytesPerSecond()).as("not known yet").isNegative();
    rolling.pass(Duration.ofSeconds(10));
    rolling.fetching("c", 200, 800);
    assertThat(row(back, "c").motion().bytesPerSecond()).isEqualTo(10);
    rolling.pass(Rolling.PATIENCE);
    assertThat(state(back, "c")).as("it has its time again").isEqualTo(HostState.DOWNLOADING);
    rolling.verified("b");
    rolling.verified("c");
    assertThat(back.state()).isEqualTo(Rollout.State.DONE);
  }

  @Test
  void whoFollowedIsToldEverythingAnewAfterARestart() throws Exception {
    Rollout rollout = rolling.create(named("a", "b"));
    rolling.fetching("a", 900, 100);
    rolling.keeping.save();
    rolling.fetching("a", 800, 200); // lost
    long known = rollout.version();
    rolling.start();
    assertThat(again(rollout).version()).isGreaterThan(known);
    assertThat(again(rollout).changedAfter(known, 10)).hasSize(2);
  }

  @Test
  void whatWasLostIsNotTakenForKnownAfterTwoRestarts() throws Exception {
    Rollout rollout = rolling.create(named("a", "b"));
    rolling.start();
    rolling.keeping.save();
    rolling.fetching("a", 900, 100); // lost
    long known = again(rollout).version();
    rolling.start();
    assertThat(again(rollout).changedAfter(known, 10)).hasSize(2);
  }

  @Test
  void whoComesWhileItsRolloutIsSavedIsOfItAfterARestart() throws Exception {
    Rollout rollout = rolling.create(labelled("web"));
    rolling.meanwhile = () -> rolling.present(host("a", "web"), at("10.1.0.1"));
    rolling.keeping.save();
    rolling.meanwhile = () -> {};
    rolling.start();
    rolling.present(host("a", "web"), at("10.1.0.1"));
    assertThat(again(rollout).hosts()).extracting(HostRow::name).containsExactly("a");
  }

  @Test
  void aNameIsItsOwnersAfterARestartToo() throws Exception {
    rolling.present(host("a", "web"), at("10.1.0.1"));
    rolling.keeping.save();
    rolling.start();
    Rollout rollout = rolling.create(labelled("web"));
    assertThat(rollout.hosts()).extracting(HostRow::name).containsExactly("a");
    rolling.says(alien("a"), State.VERIFIED, "", 0, 1000, "203.0.113.9");
    assertThat(row(rollout, "a").status().done()).isFalse();
    rolling.verified("a");
    assertThat(rollout.state()).isEqualTo(Rollout.State.DONE);
  }

  @Test
  void whenAHostWasHeardIsSavedNowAndThen() throws Exception {
    rolling.present(host("a"), at("10.1.0.1"));
    rolling.keeping.save();
    for (int second = 0; second < 60; second++) {
      rolling.pass(Duration.ofSeconds(1));
      rolling.present(host("a"), at("10.1.0.1"));
      rolling.keeping.save();
    }
    assertThat(rolling.saves).isOne();
    rolling.pass(Duration.ofMinutes(5));
    rolling.keeping.save();
    assertThat(rolling.saves).isEqualTo(2);
  }

  @Test
  void aHostThatCouldNotBeSavedIsTheNextTime() throws Exception {
    rolling.present(host("a"), at("10.1.0.1"));
    rolling.broken = true;
    assertThatThrownBy(rolling.keeping::save).isInstanceOf(IOException.class);
    rolling.broken = false;
    rolling.keeping.save();
    assertThat(rolling.savedHosts).hasSize(1);
  }

  @Test
  void whoIsSilentForLongIsForgottenUnlessItIsAwaited() throws Exception {
    rolling.present(host("a"), at("10.1.0.1"));
    rolling.present(host("b"), at("10.1.0.2"));
    rolling.create(named("b"));
    rolling.pass(Duration.ofDays(8));
    rolling.keeping.save();
    assertThat(rolling.rollouts.host("a")).isEmpty();
    assertThat(rolling.rollouts.host("b")).isPresent();
  }

  @Test
  void cancelledIsCancelledAndDoneIsDone() throws Exception {
    Rollout rollout = rolling.create(named("a"));
    assertThat(rolling.keeping.cancel(rollout)).isTrue();
    assertThat(rolling.keeping.cancel(rollout)).as("again").isTrue();
    rolling.verified("a");
    assertThat(rollout.state()).isEqualTo(Rollout.State.CANCELLED);
    Rollout done = rolling.create(named("a"));
    assertThat(rolling.keeping.cancel(done)).isFalse();
    rolling.keeping.save();
    rolling.start();
    assertThat(again(rollout).state()).isEqualTo(Rollout.State.CANCELLED);
    assertThat(again(done).state()).isEqualTo(Rollout.State.DONE);
    assertThat(again(done).ended()).isEqualTo(done.ended());
    assertThat(rolling.rollouts.running()).isEmpty();
  }

  @Test
  void soManyRunAtATime() throws Exception {
    Rollout first = rolling.create(named("a"));
    rolling.create(named("a"));
    rolling.create(named("a"));
    assertThatThrownBy(() -> rolling.create(named("a")))
        .isInstanceOf(RolloutException.class)
        .hasMessageContaining("skep.limit.rollouts");
    assertThat(rolling.keeping.refused().running().sum()).isOne();
    rolling.keeping.cancel(first);
    rolling.create(named("a"));
  }

  @Test
  void ofThoseThatEndedTheLastFewAreKept() throws Exception {
    var ended = new java.util.ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      rolling.pass(Duration.ofSeconds(1));
      Rollout rollout = rolling.create(named("a"));
      rolling.keeping.cancel(rollout);
      ended.add(rollout.id());
    }
    rolling.keeping.save();
    assertThat(rolling.rollouts.newestFirst())
        .extracting(Rollout::id)
        .containsExactly(ended.get(4), ended.get(3));
    assertThat(rolling.saved).containsOnlyKeys(ended.get(3), ended.get(4));
    assertThat(rolling.rollouts.rows()).isEqualTo(2);
  }

  @Test
  void whatEndedFirstMakesRoomForHosts() throws Exception {
    String[] names = new String[30];
    for (int i = 0; i < names.length; i++) {
      names[i] = "h" + i;
    }
    Rollout old = rolling.create(named(names));
    assertThatThrownBy(() -> rolling.create(named(names)))
        .isInstanceOf(RolloutException.class)
        .hasMessageContaining("skep.limit.rollout.hosts");
    assertThat(rolling.keeping.refused().hosts().sum()).isOne();
    rolling.keeping.cancel(old);
    rolling.create(named(names));
    assertThat(rolling.rollouts.find(old.id())).isEmpty();
  }

  @Test
  void whatWebhooksWereToldIsKept() throws Exception {
    Rollout rollout =
        rolling.keeping.create(
            telling(rolling.plan(named("a", "b")), "http://x.lan/", "http://y.lan/"));
    rolling.says(host("a"), State.FAILED, "", 500, 500, "10.1.0.7");
    rolling.rollouts.told(rollout, 1, 0);
    rolling.keeping.save();
    rolling.start();
    assertThat(again(rollout).occurrences()).hasSize(1);
    assertThat(again(rollout).told()).containsExactly(0, 1);
  }

  @Test
  void whatWasSaidWhileItWasWrittenCounts() throws Exception {
    var slow =
        new RolloutKeeping.Keeper() {
          @Override
          public void put(SavedRollout rollout) {
            rolling.verified("a");
          }

          @Override
          public void forgetRollout(String id) {}

          @Override
          public void putHosts(List<KnownHost> hosts) {}
        };
    var keeping =
        new RolloutKeeping(
            rolling.rollouts,
            slow,
            new RolloutKeeping.Settings(3, 2, Duration.ofDays(7)),
            new java.util.Random(1));
    Rollout rollout = keeping.create(rolling.plan(anyOf(1)));
    assertThat(rollout.state()).isEqualTo(Rollout.State.DONE);
    assertThat(Optional.of(rollout)).isEqualTo(rolling.rollouts.find(rollout.id()));
  }
}
