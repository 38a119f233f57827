package dev.skep.tracker.rollout;

import static dev.skep.tracker.rollout.Rolling.alien;
import static dev.skep.tracker.rollout.Rolling.anyOf;
import static dev.skep.tracker.rollout.Rolling.at;
import static dev.skep.tracker.rollout.Rolling.hooked;
import static dev.skep.tracker.rollout.Rolling.host;
import static dev.skep.tracker.rollout.Rolling.inNetwork;
import static dev.skep.tracker.rollout.Rolling.labelled;
import static dev.skep.tracker.rollout.Rolling.named;
import static dev.skep.tracker.rollout.Rolling.row;
import static dev.skep.tracker.rollout.Rolling.state;
import static dev.skep.tracker.rollout.Rolling.telling;
import static dev.skep.tracker.rollout.Rolling.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.HostIdentity;
import dev.skep.protocol.tracker.HostReport.State;
import dev.skep.tracker.rollout.Occurrence.Kind;
import dev.skep.tracker.rollout.RolloutPlan.Target;
import dev.skep.tracker.swarm.Announce;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Who is done, who is late, and why. */
class RolloutsTest {
  private final Rolling rolling;

  RolloutsTest() throws Exception {
    rolling = new Rolling();
  }

  // ---- how far a host is

  @Test
  void aHostGoesFromUnseenToDoneAndSoDoesTheRollout() throws Exception {
    Rollout rollout = rolling.create(named("a", "b"));
    assertThat(state(rollout, "a")).isEqualTo(HostState.UNSEEN);

    rolling.present(host("a"), at("10.1.0.7"));
    assertThat(state(rollout, "a")).isEqualTo(HostState.WAITING);
    assertThat(row(rollout, "a").address()).contains(at("10.1.0.7"));

    assertThat(rolling.fetching("a", 800, 200)).contains(Rolling.INTERVAL);
    assertThat(state(rollout, "a")).isEqualTo(HostState.DOWNLOADING);
    assertThat(row(rollout, "a").motion().progress(1000)).isEqualTo(0.2);

    assertThat(rolling.verified("a")).as("nothing more is wanted soon").isEmpty();
    assertThat(row(rollout, "a").status().done()).isTrue();
    assertThat(rollout.state()).isEqualTo(Rollout.State.RUNNING);
    rolling.verified("b");
    assertThat(rollout.state()).isEqualTo(Rollout.State.DONE);
    assertThat(rollout.ended()).contains(rolling.now().time());
    assertThat(rolling.rollouts.running()).isEmpty();
  }

  @Test
  void whatIsDoneStaysAsItWas() throws Exception {
    Rollout rollout = rolling.create(named("a"));
    rolling.verified("a");
    rolling.fetching("a", 1000, 0);
    assertThat(state(rollout, "a")).isEqualTo(HostState.VERIFIED);
    assertThat(rollout.summary().progress()).isEqualTo(1);
  }

  @Test
  void aHostThatLosesItsDataIsNotDoneAsLongAsTheRolloutRuns() throws Exception {
    Rollout rollout = rolling.create(named("a", "b"));
    rolling.verified("a");
    rolling.fetching("a", 500, 0);
    assertThat(row(rollout, "a").status().done()).isFalse();
    assertThat(row(rollout, "a").status().doneAt()).isEmpty();
    rolling.verified("b");
    assertThat(rollout.state()).isEqualTo(Rollout.State.RUNNING);
    rolling.verified("a");
    assertThat(rollout.state()).isEqualTo(Rollout.State.DONE);
  }

  @Test
  void whoIsVerifiedAndLeavesStaysDone() throws Exception {
    Rollout rollout = rolling.create(named("a", "b"));
    Announce stopped = rolling.announce(0, 1000, "10.1.0.7");
    stopped.event = AnnounceEvent.STOPPED;
    rolling.says(host("a"), State.VERIFIED, "", stopped);
    rolling.pass(Duration.ofHours(1));
    assertThat(state(rollout, "a")).isEqualTo(HostState.VERIFIED);
    assertThat(row(rollout, "a").status().done()).isTrue();
  }

  @Test
  void whereTheHookCountsVerifiedIsNotEnough() throws Exception {
    Rollout rollout = rolling.keeping.create(hooked(rolling.plan(named("a"))));
    assertThat(rolling.verified("a")).as("it goes on reporting").contains(Rolling.INTERVAL);
    assertThat(row(rollout, "a").status().done()).isFalse();
    assertThat(rollout.summary().downloading()).isOne();
    rolling.pass(Rolling.PATIENCE.plusSeconds(1));
    assertThat(state(rollout, "a")).isEqualTo(HostState.STALLED);
    rolling.says(host("a"), State.HOOKED, "", 0, 1000, "10.1.0.7");
    assertThat(rollout.state()).isEqualTo(Rollout.State.DONE);
  }

  @Test
  void theRateFollowsFromWhatWasFetchedBetweenReports() throws Exception {
    Rollout rollout = rolling.create(named("a"));
    rolling.fetching("a", 1000, 0);
    assertThat(row(rollout, "a").motion().bytesPerSecond()).isNegative();
    rolling.pass(Duration.ofSeconds(10));
    rolling.fetching("a", 800, 200);
    assertThat(row(rollout, "a").motion().bytesPerSecond()).isEqualTo(20);
    assertThat(row(rollout, "a").motion().secondsLeft()).isEqualTo(OptionalLong.of(40));
    rolling.fetching("a", 800, 200);
    assertThat(row(rollout, "a").motion().bytesPerSecond())
        .as("the same over the other address family")
        .isEqualTo(20);
    rolling.pass(Duration.ofSeconds(10));
    rolling.fetching("a", 400, 600);
    assertThat(row(rollout, "a").motion().bytesPerSecond()).isEqualTo(30);
    rolling.pass(Duration.ofSeconds(10));
    rolling.fetching("a", 400, 5);
    assertThat(row(rollout, "a").motion().bytesPerSecond()).as("it began anew").isNegative();
    assertThat(rollout.summary().secondsLeft()).isEmpty();
  }

  @Test
  void numbersThatCannotBeAreNoRate() throws Exception {
    Rollout rollout = rolling.create(named("a"));
    rolling.fetching("a", Long.MAX_VALUE, 0);
    rolling.pass(Duration.ofSeconds(2));
    rolling.fetching("a", Long.MAX_VALUE, Long.MAX_VALUE);
    assertThat(rollout.summary().progress()).isZero();
    assertThat(rollout.summary().bytesPerSecond()).isPositive();
    assertThat(row(rollout, "a").motion().secondsLeft()).isPresent();
  }

  @Test
  void whoIsSilentIsStalledAndItSaysSinceWhen() throws Exception {
    Rollout rollout = rolling.create(named("a"));
    rolling.fetching("a", 500, 500);
    Instant heard = rolling.now().time();
    rolling.pass(Rolling.PATIENCE);
    assertThat(state(rollout, "a")).isEqualTo(HostState.DOWNLOADING);
    rolling.pass(Duration.ofSeconds(1));
    assertThat(state(rollout, "a")).isEqualTo(HostState.STALLED);
    assertThat(row(rollout, "a").status().reason()).contains("nothing heard since " + heard);
    rolling.fetching("a", 400, 600);
    assertThat(state(rollout, "a")).isEqualTo(HostState.DOWNLOADING);
    assertThat(row(rollout, "a").status().reason()).isEmpty();
  }

  @Test
  void whoReportsAndFetchesNothingIsStalledForTheReasonThatItGives() throws Exception {
    Rollout rollout = rolling.create(named("a", "b"));
    Instant began = rolling.now().time();
    for (int report = 0; report <= 9; report++) {
      rolling.says(host("a"), State.FETCHING, "no peers", 500, 500, "10.1.0.7");
      rolling.fetching("b", 500, 500);
      rolling.pass(Rolling.INTERVAL);
    }
    assertThat(state(rollout, "a")).isEqualTo(HostState.STALLED);
    assertThat(row(rollout, "a").status().reason()).contains("no peers");
    assertThat(row(rollout, "b").status().reason()).contains("no progress since " + began);
    rolling.fetching("b", 500, 500);
    assertThat(state(rollout, "b"))
        .as("it says that it lives, no more")
        .isEqualTo(HostState.STALLED);
    rolling.fetching("b", 499, 501);
    assertThat(state(rollout, "b")).isEqualTo(HostState.DOWNLOADING);
  }

  @Test
  void whoseAgentStopsIsStalledAtOnce() throws Exception {
    Rollout rollout = rolling.create(named("a"));
    rolling.fetching("a", 500, 500);
    Announce stopped = rolling.announce(500, 500, "10.1.0.7");
    stopped.event = AnnounceEvent.STOPPED;
    rolling.says(host("a"), State.FETCHING, "", stopped);
    assertThat(row(rollout, "a").status().reason()).contains("its agent was stopped");
    rolling.fetching("a", 500, 0);
    assertThat(state(rollout, "a")).isEqualTo(HostState.DOWNLOADING);
  }

  @Test
  void whoFailedSaysWhyAndMayBeginAnew() throws Exception {
    Rollout rollout = rolling.create(named("a"));
    rolling.says(host("a"), State.FAILED, "no space: 3 GiB are missing", 500, 500, "10.1.0.7");
    assertThat(state(rollout, "a")).isEqualTo(HostState.FAILED);
    rolling.pass(Duration.ofHours(1));
    assertThat(row(rollout, "a").status().reason()).contains("no space: 3 GiB are missing");
    assertThat(rollout.summary().missing()).containsExactly("a");
    rolling.fetching("a", 500, 500);
    assertThat(state(rollout, "a")).isEqualTo(HostState.DOWNLOADING);
  }

  // ---- which hosts are meant

  @Test
  void aLabelMeansAllThatAreKnownToHaveItAndThoseThatCome() throws Exception {
    rolling.present(host("a", "web"), at("10.1.0.1"));
    rolling.present(host("b", "db"), at("10.1.0.2"));
    Rollout rollout = rolling.create(labelled("web"));
    assertThat(rollout.hosts()).extracting(HostRow::name).containsExactly("a");
    assertThat(rollout.summary().waiting()).isOne();
    rolling.present(host("c", "stable", "web"), at("10.1.0.3"));
    rolling.present(host("b", "db", "web"), at("10.1.0.2"));
    assertThat(rollout.hosts()).extracting(HostRow::name).containsExactly("a", "b", "c");
    assertThat(rollout.summary().needed()).isEqualTo(3);
  }

  @Test
  void aLabelThatNobodyHasYetIsNotDone() throws Exception {
    Rollout rollout = rolling.create(labelled("web"));
    rolling.pass(Duration.ofMinutes(1));
    assertThat(rollout.state()).isEqualTo(Rollout.State.RUNNING);
  }

  @Test
  void networksAndZonesMeanAddresses() throws Exception {
    rolling.present(host("a"), at("10.1.0.1"));
    rolling.present(host("b"), at("192.0.2.7"));
    rolling.present(host("c"), at("2001:db8::7"));
    Rollout byNetwork =
        rolling.create(
            new Target(
                List.of(), List.of(), List.of("192.0.2.0/24"), List.of(), OptionalInt.empty()));
    assertThat(byNetwork.hosts()).extracting(HostRow::name).containsExactly("b");
    Rollout byZone =
        rolling.create(
            new Target(List.of(), List.of(), List.of(), List.of(1, 2), OptionalInt.empty()));
    assertThat(byZone.hosts()).extracting(HostRow::name).containsExactly("a", "c");
    rolling.present(host("b"), at("10.1.0.2"));
    assertThat(byZone.hosts()).as("it moved").extracting(HostRow::name).contains("b");
  }

  @Test
  void anySoManySuffice() throws Exception {
    Rollout rollout = rolling.create(anyOf(2));
    rolling.present(host("x"), at("10.1.0.1"));
    assertThat(rollout.hosts()).as("who only follows is not meant").isEmpty();
    rolling.verified("a");
    rolling.fetching("b", 500, 500);
    rolling.fetching("c", 900, 100);
    assertThat(rollout.summary().needed()).isEqualTo(2);
    assertThat(rollout.summary().progress()).isCloseTo(0.8, within(0.001));
    rolling.verified("c");
    assertThat(rollout.state()).isEqualTo(Rollout.State.DONE);
    assertThat(rollout.summary().downloading()).isOne();
  }

  @Test
  void soManyOfALabelSuffice() throws Exception {
    for (String name : List.of("a", "b", "c")) {
      rolling.present(host(name, "web"), at("10.1.0.1"));
    }
    Rollout rollout =
        rolling.create(
            new Target(List.of(), List.of("web"), List.of(), List.of(), OptionalInt.of(1)));
    rolling.verified("other");
    assertThat(rollout.state()).isEqualTo(Rollout.State.RUNNING);
    rolling.verified("b");
    assertThat(rollout.state()).isEqualTo(Rollout.State.DONE);
  }

  @Test
  void whatHostsSaidBeforeCounts() throws Exception {
    rolling.verified("a");
    rolling.fetching("b", 500, 500);
    Rollout rollout = rolling.create(named("a", "b"));
    assertThat(row(rollout, "a").status().done()).isTrue();
    assertThat(state(rollout, "b")).isEqualTo(HostState.DOWNLOADING);
    Rollout done = rolling.create(named("a"));
    assertThat(done.state()).isEqualTo(Rollout.State.DONE);
  }

  @Test
  void whatIsFetchedIsReportedSoonAlsoBeforeThereIsARollout() {
    assertThat(rolling.fetching("a", 500, 500)).contains(Rolling.INTERVAL);
    assertThat(rolling.verified("a")).isEmpty();
  }

  // ---- deadlines

  @Test
  void afterTheDeadlineItIsLateAndMayBecomeDone() throws Exception {
    Instant deadline = rolling.now().time().plusSeconds(60);
    Rollout rollout = rolling.keeping.create(until(rolling.plan(named("a", "b")), deadline));
    rolling.verified("a");
    rolling.pass(Duration.ofSeconds(59));
    assertThat(rollout.state()).isEqualTo(Rollout.State.RUNNING);
    rolling.pass(Duration.ofSeconds(1));
    assertThat(rollout.state()).isEqualTo(Rollout.State.LATE);
    assertThat(rollout.summary().late()).isOne();
    assertThat(rollout.summary().missing()).containsExactly("b");
    rolling.verified("b");
    assertThat(rollout.state()).isEqualTo(Rollout.State.DONE);
  }

  @Test
  void whatHappenedIsNotedOnceForWhoWantsToBeTold() throws Exception {
    Instant deadline = rolling.now().time().plusSeconds(60);
    Rollout rollout =
        rolling.keeping.create(
            telling(until(rolling.plan(named("a", "b")), deadline), "http://hooks.lan/x"));
    for (int i = 0; i < 3; i++) {
      rolling.says(host("a"), State.FAILED, "no space", 500, 500, "10.1.0.7");
    }
    rolling.pass(Duration.ofMinutes(2));
    rolling.pass(Duration.ofMinutes(2));
    rolling.verified("a");
    rolling.verified("b");
    assertThat(rollout.occurrences())
        .extracting(Occurrence::kind)
        .containsExactly(Kind.FAILED, Kind.LATE, Kind.DONE);
    assertThat(rollout.occurrences().getFirst().host()).contains("a");
    assertThat(rollout.occurrences().getFirst().reason()).contains("no space");
  }

  @Test
  void aHostThatFailsAgainAndAgainIsNotToldForEver() throws Exception {
    Rollout rollout =
        rolling.keeping.create(telling(rolling.plan(named("a", "b")), "http://hooks.lan/x"));
    for (int i = 0; i < 1000; i++) {
      rolling.says(host("a"), State.FAILED, "no space", 500, 500, "10.1.0.7");
      rolling.fetching("a", 500, 500);
    }
    assertThat(rollout.occurrences()).hasSize(200);
    rolling.verified("a");
    rolling.verified("b");
    assertThat(rollout.occurrences().getLast().kind()).isEqualTo(Kind.DONE);
  }

  // ---- strangers

  @Test
  void aNameBelongsToWhoUsedItFirst() throws Exception {
    Rollout rollout = rolling.create(named("a"));
    rolling.fetching("a", 500, 500);
    rolling.says(alien("a"), State.VERIFIED, "", 0, 1000, "203.0.113.9");
    assertThat(state(rollout, "a")).isEqualTo(HostState.DOWNLOADING);
    assertThat(row(rollout, "a").alsoFrom()).contains(at("203.0.113.9"));
    assertThat(rolling.rollouts.host("a").orElseThrow().alsoFrom()).contains(at("203.0.113.9"));
    assertThat(rolling.rollouts.tallies().alien().sum()).isOne();
    long version = rollout.version();
    rolling.says(alien("a"), State.VERIFIED, "", 0, 1000, "203.0.113.10");
    assertThat(rollout.version()).as("it is told once").isEqualTo(version);
  }

  @Test
  void aMachineThatWasMadeAnewIsBelievedOnceTheOldOneIsForgotten() throws Exception {
    rolling.present(host("a", "web"), at("10.1.0.1"));
    Rollout byName = rolling.create(named("a"));
    Rollout byLabel = rolling.create(labelled("web"));
    assertThat(rolling.keeping.forgetHost("a")).isTrue();
    assertThat(state(byName, "a")).isEqualTo(HostState.UNSEEN);
    assertThat(byLabel.hosts()).isEmpty();
    rolling.says(alien("a"), State.VERIFIED, "", 0, 1000, "10.1.0.1");
    assertThat(byName.state()).isEqualTo(Rollout.State.DONE);
    assertThat(rolling.keeping.forgetHost("nobody")).isFalse();
  }

  @Test
  void ofOneAddressThereAreSoManyNamesAndInAllSoMany() {
    for (int i = 0; i < 100; i++) {
      rolling.present(host("public" + i), at("203.0.113.9"));
      rolling.present(host("private" + i), at("10.0.0.1"));
      rolling.present(host("six" + i), at("2001:db8::" + Integer.toHexString(i)));
    }
    assertThat(known("public")).isEqualTo(5);
    assertThat(known("private")).isEqualTo(10);
    assertThat(known("six")).as("one /64").isEqualTo(5);
    for (int i = 0; i < 100; i++) {
      rolling.present(host("one" + i), at("198.51.100." + i));
    }
    assertThat(rolling.rollouts.knownHosts()).isEqualTo(20);
    assertThat(rolling.rollouts.tallies().full().sum()).isPositive();
    rolling.present(host("public0", "web"), at("198.51.100.200"));
    assertThat(rolling.rollouts.host("public0").orElseThrow().labels()).containsExactly("web");
  }

  @Test
  void ofOneSlash48ThereAreTenTimesAsManyNamesAsOfOneOfItsNetworks() throws Exception {
    var wide = new Rolling(new Rollouts.Limits(50, 200, 1 << 20, 5, 1));
    for (int i = 0; i < 100; i++) {
      wide.present(host("six" + i), at("2001:db8:1:" + Integer.toHexString(i) + "::1"));
    }
    assertThat(wide.rollouts.knownHosts()).isEqualTo(50);
    wide.present(host("other"), at("2001:db8:2::1"));
    assertThat(wide.rollouts.knownHosts()).isEqualTo(51);
    assertThat(wide.keeping.forgetHost("six0")).isTrue();
    wide.present(host("another"), at("2001:db8:1:ffff::1"));
    wide.present(host("more"), at("2001:db8:1:fffe::1"));
    assertThat(wide.rollouts.knownHosts()).isEqualTo(51);
  }

  @Test
  void whereNoMoreCanBeKnownStrangersGiveWayToHostsThatAreAskedFor() throws Exception {
    rolling.present("ours", "10.1.0.1", true);
    for (int i = 0; i < 100; i++) {
      rolling.present("stranger" + i, "198.51.100." + i, false);
    }
    rolling.pass(Duration.ofSeconds(1));
    assertThat(rolling.rollouts.knownHosts()).isEqualTo(20);
    rolling.present("one-more", "203.0.113.1", false);
    assertThat(isKnown("one-more")).as("as many as others have").isFalse();

    Rollout rollout = rolling.create(named("web1"));
    rolling.present("web1", "203.0.113.2", false);
    assertThat(state(rollout, "web1")).as("it is asked for").isEqualTo(HostState.WAITING);
    rolling.present("web2", "203.0.113.3", true);
    assertThat(isKnown("web2")).as("it brought a passkey").isTrue();
    rolling.create(inNetwork("192.0.2.0/24"));
    rolling.present("web3", "192.0.2.7", false);
    assertThat(isKnown("web3")).as("it is where one is asked for").isTrue();

    assertThat(isKnown("ours")).isTrue();
    assertThat(known("stranger")).isEqualTo(16);
    assertThat(isKnown("stranger0")).as("the one that is known longest").isTrue();
    assertThat(rolling.rollouts.knownHosts()).isEqualTo(20);
    assertThat(rolling.rollouts.tallies().gaveWay().sum()).isEqualTo(3);
  }

  @Test
  void whereNoMoreCanBeKnownAnAddressWithManyGivesWayToOneWithFew() throws Exception {
    for (int i = 0; i < 4; i++) {
      for (int n = 0; n < 5; n++) {
        rolling.present("crowd" + i + "-" + n, "198.51.100." + i, false);
      }
    }
    rolling.pass(Duration.ofSeconds(1));
    for (int i = 0; i < 20; i++) {
      rolling.present("lone" + i, "203.0.113." + i, false);
    }
    // Until one of a crowd has as small a share as a lone one.
    assertThat(known("lone")).isEqualTo(16);
    for (int i = 0; i < 4; i++) {
      assertThat(known("crowd" + i + "-")).isOne();
      assertThat(isKnown("crowd" + i + "-0")).as("its first").isTrue();
    }
  }

  @Test
  void aHostThatGivesWayLeavesRolloutsToo() throws Exception {
    for (int i = 0; i < 20; i++) {
      rolling.present(host("x" + i, "web"), at("198.51.100." + i));
    }
    Rollout byLabel = rolling.create(labelled("web"));
    Rollout byName = rolling.create(named("web1"));
    rolling.pass(Duration.ofSeconds(1));
    rolling.present("web1", "203.0.113.2", false);
    assertThat(state(byName, "web1")).isEqualTo(HostState.WAITING);
    assertThat(byLabel.hosts()).hasSize(19);
  }

  @Test
  void hostsThatNobodyAskedForLeaveAQuarterOfAllRowsToThoseThatAre() throws Exception {
    var wide = new Rolling(new Rollouts.Limits(40, 100, 1 << 20, 100, 1));
    for (int i = 0; i < 100; i++) {
      wide.present(host("x" + i, "web"), at("198.51.100." + i));
    }
    assertThat(wide.create(labelled("web")).hosts()).hasSize(30);
    Rollout byName = wide.create(named("a", "b", "c"));
    assertThat(byName.hosts()).hasSize(3);
    wide.present(host("y", "web"), at("198.51.100.200"));
    assertThat(wide.rollouts.rows()).isEqualTo(33);
  }

  /** Whatever they say, in whatever order. */
  @Test
  void knownHostsTakeNoMoreOfTheHeapThanTheyMay() throws Exception {
    long most = 20 << 10;
    var small = new Rolling(new Rollouts.Limits(50, 100, most, 100, 1));
    List<InfoHash> torrents = new ArrayList<>();
    for (int i = 1; i <= 8; i++) {
      torrents.add(small.kept.publish(i, "t" + i));
    }
    String[] labels = new String[HostIdentity.MOST_LABELS];
    Arrays.setAll(labels, i -> "l".repeat(63) + (char) ('a' + i));
    for (int i = 0; i < 100; i++) {
      small.present(host("h" + i), at("203.0.113." + i));
    }
    int known = small.rollouts.knownHosts();
    assertThat(known).isBetween(30, 60);
    assertThat(small.rollouts.tallies().full().sum()).isEqualTo(100 - known);
    for (int i = 0; i < known; i++) {
      small.present(host("h" + i, labels), at("203.0.113." + i));
      for (InfoHash torrent : torrents) {
        Announce announce = small.announce(500, 500, "203.0.113." + i);
        announce.torrent(torrent);
        small.says(host("h" + i, labels), State.FETCHING, "x".repeat(120), announce);
        assertThat(small.rollouts.knownHostBytes()).isLessThanOrEqualTo(most);
      }
    }
    assertThat(small.keeping.forgetHost("h0")).isTrue();
    small.present(host("h1", "web"), at("203.0.113.1"));
    assertThat(small.rollouts.host("h1").orElseThrow().labels())
        .as("there is room again")
        .hasSize(1);
    for (int i = 1; i < known; i++) {
      assertThat(small.keeping.forgetHost("h" + i)).isTrue();
    }
    assertThat(small.rollouts.knownHostBytes()).isZero();
  }

  @Test
  void whereThereIsNoRoomAHostIsHeardButWhatItSaidOfOtherTorrentsIsForgotten() throws Exception {
    var small = new Rolling(new Rollouts.Limits(50, 100, 1900, 100, 1));
    InfoHash other = small.kept.publish(1, "other");
    Rollout rollout = small.create(named("h0"));
    for (int i = 0; i < 3; i++) {
      small.present(host("h" + i), at("10.1.0.7"));
    }
    Announce announce = small.announce(0, 1000, "10.1.0.7");
    announce.torrent(other);
    small.says(host("h0"), State.VERIFIED, "", announce);
    assertThat(small.rollouts.host("h0").orElseThrow().said()).containsOnlyKeys(other);
    small.verified("h0");
    assertThat(rollout.state()).isEqualTo(Rollout.State.DONE);
    assertThat(small.rollouts.host("h0").orElseThrow().said()).containsOnlyKeys(small.torrent);
  }

  private boolean isKnown(String name) {
    return rolling.rollouts.host(name).isPresent();
  }

  private long known(String prefix) {
    long count = 0;
    for (int i = 0; i < 100; i++) {
      count += rolling.rollouts.host(prefix + i).isPresent() ? 1 : 0;
    }
    return count;
  }

  @Test
  void rolloutsTogetherHaveSoManyHosts() throws Exception {
    String[] names = new String[37]; // a quarter of 50 is kept for hosts that are asked for
    for (int i = 0; i < names.length; i++) {
      names[i] = "h" + i;
    }
    rolling.create(named(names));
    Rollout any = rolling.create(anyOf(2));
    rolling.fetching("a", 500, 500);
    rolling.fetching("b", 500, 500);
    assertThat(any.hosts()).extracting(HostRow::name).containsExactly("a");
    assertThat(rolling.rollouts.tallies().full().sum()).isOne();
  }

  @Test
  void ofATorrentThatNobodyRegisteredNothingIsNoted() {
    Announce announce = rolling.announce(0, 1000, "10.1.0.7");
    announce.torrent(new InfoHash(1, 2, 3));
    assertThat(rolling.says(host("a"), State.FETCHING, "", announce)).isEmpty();
    assertThat(rolling.rollouts.knownHosts()).isZero();
    assertThat(rolling.rollouts.tallies().ignored().sum()).isOne();
  }

  @Test
  void aTorrentOfARolloutThatRunsCountsThoughItIsRegisteredNoMore() throws Exception {
    Rollout rollout = rolling.create(named("a"));
    rolling.kept.catalogue.remove(rolling.torrent);
    rolling.verified("a");
    assertThat(rollout.state()).isEqualTo(Rollout.State.DONE);
  }

  @Test
  void reportsComeFromWhereTheOperatorSays() throws Exception {
    Rolling strict = new Rolling(List.of(Cidr.parse("10.0.0.0/8")));
    Rollout rollout = strict.create(named("a"));
    strict.says(host("a"), State.VERIFIED, "", 0, 1000, "203.0.113.9");
    strict.present(host("a"), at("203.0.113.9"));
    assertThat(state(rollout, "a")).isEqualTo(HostState.UNSEEN);
    strict.says(host("a"), State.VERIFIED, "", 0, 1000, "10.1.0.9");
    assertThat(rollout.state()).isEqualTo(Rollout.State.DONE);
  }

  @Test
  void ofAHostTheLastFewTorrentsAreRemembered() throws Exception {
    for (int number = 1; number <= 20; number++) {
      Announce announce = rolling.announce(0, 1000, "10.1.0.7");
      announce.torrent(rolling.kept.publish(number, "t" + number));
      rolling.says(host("a"), State.VERIFIED, "", announce);
    }
    assertThat(rolling.rollouts.host("a").orElseThrow().said()).hasSize(8);
  }

  // ---- who follows

  @Test
  void whatChangedBehindAVersionIsEachHostOnceAsItIsNow() throws Exception {
    Rollout rollout = rolling.create(named("a", "b", "c"));
    long before = rollout.version();
    rolling.fetching("c", 900, 100);
    rolling.fetching("a", 900, 100);
    rolling.verified("c");
    assertThat(rollout.changedAfter(before, 10))
        .extracting(HostRow::name)
        .containsExactly("a", "c");
    assertThat(rollout.changedAfter(before, 1)).extracting(HostRow::name).containsExactly("a");
    assertThat(rollout.changedAfter(rollout.version(), 10)).isEmpty();
    assertThat(rollout.changedAfter(0, 10)).hasSize(3);
  }

  @Test
  void theWorstStandFirstAmongTheMissing() throws Exception {
    Rollout rollout = rolling.create(named("down", "fail", "done", "gone", "wait"));
    rolling.verified("done");
    rolling.present(host("wait"), at("10.1.0.1"));
    rolling.fetching("down", 500, 500);
    rolling.says(host("fail"), State.FAILED, "no space", 500, 500, "10.1.0.7");
    assertThat(rollout.summary().missing()).containsExactly("fail", "gone", "wait", "down");
    assertThat(Optional.of(rollout.summary().hosts())).contains(5);
  }
}
