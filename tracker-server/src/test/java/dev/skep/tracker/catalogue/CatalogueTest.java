package dev.skep.tracker.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.catalogue.CatalogueChange.Published;
import dev.skep.tracker.catalogue.CatalogueChange.Removed;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is registered, in which order it is found, and what followers are told. */
class CatalogueTest {
  private final KeptInMemory kept = new KeptInMemory();
  private final Catalogue catalogue = kept.catalogue;

  @Test
  void severalTorrentsHaveOneNameAndTheLastIsFoundFirst() throws Exception {
    InfoHash first = kept.publish(1, "site.tar");
    InfoHash second = kept.publish(2, "site.tar");
    kept.publish(3, "a");
    kept.publish(4, "z");
    assertThat(names(catalogue.byName(Optional.empty())))
        .containsExactly("a", "site.tar", "site.tar", "z");
    assertThat(hashes(catalogue.byName(Optional.empty())).subList(1, 3))
        .containsExactly(second, first);
    assertThat(catalogue.size()).isEqualTo(4);
  }

  @Test
  void whatHasALabelIsFoundByItTheLastFirst() throws Exception {
    InfoHash first = kept.publish(1, "a", "web", "stable");
    InfoHash second = kept.publish(2, "b", "web");
    assertThat(hashes(catalogue.newest(Optional.of("web"), Optional.empty())))
        .containsExactly(second, first);
    assertThat(hashes(catalogue.newest(Optional.of("stable"), Optional.empty())))
        .containsExactly(first);
    assertThat(catalogue.labelled("web")).isEqualTo(2);
    kept.publish(1, "a", "stable");
    assertThat(hashes(catalogue.newest(Optional.of("web"), Optional.empty())))
        .as("the first was published anew without it")
        .containsExactly(second);
    catalogue.remove(second);
    assertThat(catalogue.newest(Optional.of("web"), Optional.empty())).isExhausted();
    assertThat(catalogue.labelled("web")).isZero();
  }

  @Test
  void whatIsPublishedAnewAfterItWasFoundIsNotRemovedForWhatItWas() throws Exception {
    RegisteredTorrent before = catalogue.find(kept.publish(1, "a", "web")).orElseThrow();
    RegisteredTorrent after = catalogue.find(kept.publish(1, "a", "web")).orElseThrow();
    assertThat(catalogue.remove(before)).isFalse();
    assertThat(catalogue.find(after.infoHash())).contains(after);
    assertThat(catalogue.remove(after)).isTrue();
    assertThat(catalogue.size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-web", "a b", "a,b", "ü", "a=b", "a/b"})
  void whatIsNoLabelIsRefused(String label) {
    assertThatThrownBy(() -> kept.publish(1, "a", label))
        .isInstanceOfSatisfying(
            RegistrationException.class, wrong -> assertThat(wrong.isWrong()).isTrue());
    assertThat(catalogue.size()).isZero();
  }

  @Test
  void whatIsReadWhileATorrentIsReplacedIsKnownToBeOfNoState() throws Exception {
    kept.publish(1, "a", "web");
    var ended = new AtomicBoolean();
    CompletableFuture<Void> publishing =
        CompletableFuture.runAsync(
            () -> {
              while (!ended.get()) {
                publishAnew();
              }
            });
    try {
      long began = System.nanoTime();
      int missed = 0;
      while (missed < 5 && System.nanoTime() - began < TimeUnit.SECONDS.toNanos(3)) {
        CatalogueCursor before = catalogue.cursor();
        boolean isThere = catalogue.newest(Optional.of("web"), Optional.empty()).hasNext();
        if (!isThere) {
          missed++;
          assertThat(catalogue.isStill(before)).isFalse();
        }
      }
    } finally {
      ended.set(true);
    }
    publishing.get(5, TimeUnit.SECONDS);
    assertThat(catalogue.isStill(catalogue.cursor())).isTrue();
  }

  private void publishAnew() {
    try {
      kept.publish(1, "a", "web");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void eachChangeMakesAnotherVersionAndIsToldInOrder() throws Exception {
    CatalogueCursor empty = catalogue.cursor();
    InfoHash first = kept.publish(1, "a");
    CatalogueCursor one = catalogue.cursor();
    InfoHash second = kept.publish(2, "b");
    catalogue.remove(first);
    assertThat(catalogue.cursor()).isNotEqualTo(one);
    assertThat(catalogue.changesAfter(empty.version(), 10))
        .satisfiesExactly(
            change -> assertThat(hashOf(change)).isEqualTo(second),
            change -> assertThat(change).isEqualTo(new Removed(3, first)));
    assertThat(catalogue.changesAfter(one.version(), 1)).hasSize(1);
    kept.publish(2, "c");
    assertThat(catalogue.changesAfter(empty.version(), 10))
        .as("the second comes once, as it is now")
        .satisfiesExactly(
            change -> assertThat(change).isInstanceOf(Removed.class),
            change -> assertThat(((Published) change).torrent().name()).isEqualTo("c"));
    assertThat(catalogue.changesAfter(catalogue.cursor().version(), 10)).isEmpty();
  }

  @Test
  void aChangeThatIsNotKeptIsNoneAndItsVersionIsNeverAnothers() throws Exception {
    kept.publish(1, "a");
    CatalogueCursor before = catalogue.cursor();
    kept.fail(true);
    assertThatThrownBy(() -> kept.publish(2, "b")).isInstanceOf(IOException.class);
    assertThat(catalogue.cursor()).isEqualTo(before);
    kept.fail(false);
    kept.publish(3, "c");
    assertThat(catalogue.cursor().version()).isEqualTo(3);
    assertThat(catalogue.changesAfter(before.version(), 10)).hasSize(1);
  }

  @Test
  void soManyRemovalsAreRememberedAndWhoMissedMoreIsToldToReadAnew() throws Exception {
    CatalogueCursor empty = catalogue.cursor();
    InfoHash hash = kept.publish(1, "a");
    catalogue.remove(hash);
    assertThat(catalogue.knowsWhatFollows(empty)).isTrue();
    for (int i = 0; i < CatalogueHistory.MOST_REMOVALS; i++) {
      catalogue.remove(kept.publish(2 + i, "b"));
    }
    assertThat(catalogue.knowsWhatFollows(empty)).isFalse();
    CatalogueCursor behindFirstRemoval = new CatalogueCursor(empty.catalogue(), 2);
    assertThat(catalogue.knowsWhatFollows(behindFirstRemoval)).isTrue();
    assertThat(catalogue.changesAfter(2, 10_000)).hasSize(CatalogueHistory.MOST_REMOVALS);
  }

  @Test
  void cursorsOfOtherCataloguesAndOfTheFutureAreNotKnown() throws Exception {
    kept.publish(1, "a");
    CatalogueCursor now = catalogue.cursor();
    assertThat(catalogue.knowsWhatFollows(now)).isTrue();
    assertThat(catalogue.knowsWhatFollows(new CatalogueCursor(now.catalogue(), 2))).isFalse();
    assertThat(catalogue.knowsWhatFollows(new CatalogueCursor(7, 1))).isFalse();
    assertThat(CatalogueCursor.parse(now.toString())).contains(now);
    for (String wrong :
        List.of("", "1", "x-1", "00-1", "0000000000abcdef-", now + "9".repeat(20))) {
      assertThat(CatalogueCursor.parse(wrong)).as(wrong).isEmpty();
    }
  }

  @Test
  void whoWaitsIsWokenByAChange() throws Exception {
    long now = catalogue.cursor().version();
    var woken =
        CompletableFuture.runAsync(
            () -> {
              try {
                catalogue.awaitChangeAfter(now, Duration.ofMinutes(1));
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    kept.publish(1, "a");
    woken.get(10, TimeUnit.SECONDS);
    catalogue.awaitChangeAfter(catalogue.cursor().version(), Duration.ofMillis(1));
  }

  private static InfoHash hashOf(CatalogueChange change) {
    return switch (change) {
      case Published(var torrent) -> torrent.infoHash();
      case Removed(var _, var hash) -> hash;
    };
  }

  private static List<InfoHash> hashes(Iterator<RegisteredTorrent> torrents) {
    var hashes = new ArrayList<InfoHash>();
    torrents.forEachRemaining(torrent -> hashes.add(torrent.infoHash()));
    return hashes;
  }

  private static List<String> names(Iterator<RegisteredTorrent> torrents) {
    var names = new ArrayList<String>();
    torrents.forEachRemaining(torrent -> names.add(torrent.name()));
    return names;
  }
}
