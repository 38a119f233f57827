package dev.skep.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LocalPaceTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Endpoint NEIGHBOUR = Endpoint.of("10.0.0.7", 6881);

  private final LocalPace pace = new LocalPace(new SplittableRandom(4));
  private long now = 5;

  private static InfoHash hash(int i) {
    return InfoHash.fromHex("%040x".formatted(i));
  }

  /** The times at which it was said, in seconds, looked at each half second. */
  private List<Double> said(InfoHash infoHash, int seconds) {
    List<Double> times = new ArrayList<>();
    long begin = now;
    for (; now <= begin + seconds * SECOND; now += SECOND / 2) {
      if (pace.due(now).contains(infoHash)) {
        times.add((now - begin) / 1e9);
      }
    }
    return times;
  }

  @Test
  void aNewOneIsSaidAtOnceAndThenAboutEveryFiveMinutes() {
    pace.say(List.of(hash(1)), now);

    List<Double> times = said(hash(1), 1000);

    assertThat(times.getFirst()).isZero();
    assertThat(times).hasSize(4);
    assertThat(times.get(1)).isBetween(270.0, 301.0);
  }

  @Test
  void aNewcomerIsAnsweredWithinASecondOrTwo() {
    pace.say(List.of(hash(1)), now);
    said(hash(1), 100);

    assertThat(pace.heard(hash(1), NEIGHBOUR, now)).isTrue();

    assertThat(said(hash(1), 10)).singleElement().satisfies(at -> assertThat(at).isLessThan(2));
  }

  @Test
  void aCrowdThatAsksIsAnsweredOnceAMinute() {
    pace.say(List.of(hash(1)), now);
    List<Double> times = new ArrayList<>();
    long begin = now;
    for (int i = 0; i < 1200; i++, now += SECOND / 4) {
      pace.heard(hash(1), Endpoint.of("10.0." + i / 250 + "." + i % 250, 6881), now);
      if (!pace.due(now).isEmpty()) {
        times.add((now - begin) / 1e9);
      }
    }

    assertThat(times).hasSizeBetween(5, 6);
    for (int i = 1; i < times.size(); i++) {
      assertThat(times.get(i) - times.get(i - 1)).isGreaterThanOrEqualTo(60);
    }
  }

  @Test
  void whoRepeatsItselfIsNotAnswered() {
    pace.say(List.of(hash(1)), now);
    said(hash(1), 70);
    pace.heard(hash(1), NEIGHBOUR, now);
    said(hash(1), 70);

    pace.heard(hash(1), NEIGHBOUR, now);

    assertThat(said(hash(1), 10)).isEmpty();
  }

  @Test
  void manyAreSaidInSeveralMessages() {
    List<InfoHash> many = new ArrayList<>();
    for (int i = 0; i < 45; i++) {
      many.add(hash(i));
    }
    pace.say(many, now);

    assertThat(pace.due(now)).hasSize(20);
    assertThat(pace.due(now)).hasSize(20);
    assertThat(pace.due(now)).hasSize(5);
    assertThat(pace.due(now)).isEmpty();
  }

  @Test
  void onANewNetworkAllIsSaidSoon() {
    pace.say(List.of(hash(1)), now);
    said(hash(1), 10);

    pace.beginAgain(now);

    assertThat(said(hash(1), 3)).hasSize(1);
  }

  @Test
  void whatIsNotOursAnyMoreIsNotSaid() {
    pace.say(List.of(hash(1)), now);
    pace.say(List.of(), now);

    assertThat(pace.due(now)).isEmpty();
    assertThat(pace.heard(hash(1), NEIGHBOUR, now)).isFalse();
  }
}
