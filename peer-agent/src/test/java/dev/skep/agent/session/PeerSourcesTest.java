package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.session.peers.OwnAddresses;
import dev.skep.agent.session.peers.PeerBook;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.encryption.Encryption;
import dev.skep.protocol.tracker.AnnounceResponse;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What trackers' answers do to the peers of a torrent that is private, or is not. */
class PeerSourcesTest {
  private static final Endpoint OF_THE_FIRST = Endpoint.of("10.0.0.1", 5);
  private static final Endpoint OF_THE_SECOND = Endpoint.of("10.0.0.2", 5);
  private static final String FIRST = "http://first.example/KEY/announce";

  private final OwnAddresses self = new OwnAddresses(Endpoint.of("10.0.0.9", 1), 1);
  private int disconnected;

  private PeerSources sources(boolean isPrivate) {
    PeerBook book =
        new PeerBook(
            self, Endpoint::isLocalNetwork, Encryption.OFF, isPrivate, new SplittableRandom(1));
    return new PeerSources(
        self,
        book,
        new PeerSources.Listener() {
          @Override
          public void found() {}

          @Override
          public void otherTracker() {
            disconnected++;
          }

          @Override
          public void trackersTried() {}
        });
  }

  private static void answer(PeerSources sources, String url, Endpoint peer) {
    sources.answer(url, AnnounceResponse.of(Duration.ofMinutes(30), 1, 1, List.of(peer)));
  }

  @Test
  void whenAnotherTrackerAnswersForAPrivateTorrentThePeersOfTheFirstAreLeft() {
    PeerSources sources = sources(true);
    answer(sources, FIRST, OF_THE_FIRST);
    assertThat(disconnected).isZero();

    answer(sources, "udp://second.example:6969", OF_THE_SECOND);

    assertThat(disconnected).isEqualTo(1);
    assertThat(sources.book().known().known()).isEqualTo(1);
    assertThat(sources.book().take(System.nanoTime())).isEqualTo(OF_THE_SECOND);
  }

  @ParameterizedTest
  @ValueSource(strings = {FIRST, "udp://FIRST.example:6969/announce"})
  void theSameHostIsTheSameTracker(String again) {
    PeerSources sources = sources(true);
    answer(sources, FIRST, OF_THE_FIRST);

    answer(sources, again, OF_THE_SECOND);

    assertThat(disconnected).isZero();
    assertThat(sources.book().known().known()).isEqualTo(2);
  }

  @Test
  void anyNumberOfTrackersTellOfThePeersOfOneThatIsNotPrivate() {
    PeerSources sources = sources(false);
    answer(sources, FIRST, OF_THE_FIRST);

    answer(sources, "http://second.example/announce", OF_THE_SECOND);

    assertThat(disconnected).isZero();
    assertThat(sources.book().known().known()).isEqualTo(2);
  }
}
