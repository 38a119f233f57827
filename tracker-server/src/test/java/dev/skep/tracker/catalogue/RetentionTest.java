package dev.skep.tracker.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.InfoHash;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Of some labels only the latest stay. */
class RetentionTest {
  private final KeptInMemory kept = new KeptInMemory();
  private final Catalogue catalogue = kept.catalogue;
  private final List<InfoHash> removed = new ArrayList<>();

  @Test
  void theLatestOfALabelStay() throws Exception {
    var retention = retention(Map.of("web", 2));
    InfoHash first = kept.publish(1, "site", "web");
    InfoHash other = kept.publish(2, "other", "db");
    InfoHash second = kept.publish(3, "site", "web");
    retention.apply(catalogue, List.of("web"));
    assertThat(removed).isEmpty();
    InfoHash third = kept.publish(4, "site", "web");
    retention.apply(catalogue, List.of("web"));
    assertThat(removed).containsExactly(first);
    for (InfoHash stays : List.of(other, second, third)) {
      assertThat(catalogue.contains(stays)).isTrue();
    }
    assertThat(catalogue.contains(first)).isFalse();
    assertThat(retention.retired().sum()).isOne();
  }

  @Test
  void whatIsPublishedAnewIsTheLatestAgain() throws Exception {
    var retention = retention(Map.of("web", 1));
    InfoHash first = kept.publish(1, "site", "web");
    InfoHash second = kept.publish(2, "site", "web");
    kept.publish(1, "site", "web");
    retention.apply(catalogue);
    assertThat(catalogue.contains(first)).isTrue();
    assertThat(catalogue.contains(second)).isFalse();
  }

  @Test
  void anotherLabelKeepsItOnlyIfSomethingIsSetOfThatToo() throws Exception {
    var retention = retention(Map.of("web", 1, "stable", 1));
    InfoHash stable = kept.publish(1, "site", "stable", "web");
    InfoHash noted = kept.publish(2, "site", "noted", "web");
    kept.publish(3, "site", "web");
    retention.apply(catalogue);
    assertThat(catalogue.contains(stable)).isTrue();
    assertThat(catalogue.contains(noted)).isFalse();
  }

  @Test
  void whatCouldNotBeRemovedIsTheNextTime() throws Exception {
    var retention = retention(Map.of("web", 1));
    InfoHash first = kept.publish(1, "site", "web");
    kept.publish(2, "site", "web");
    kept.fail(true);
    assertThatThrownBy(() -> retention.apply(catalogue)).isInstanceOf(IOException.class);
    assertThat(catalogue.contains(first)).isTrue();
    kept.fail(false);
    retention.apply(catalogue);
    assertThat(catalogue.contains(first)).isFalse();
  }

  @Test
  void whatWasRemovedIsToldThoughTheNextCouldNotBe() throws Exception {
    var retention =
        new Retention(
            Map.of("web", 1),
            old -> {
              removed.add(old.infoHash());
              kept.fail(true);
            });
    kept.publish(1, "site", "web");
    InfoHash second = kept.publish(2, "site", "web");
    kept.publish(3, "site", "web");
    assertThatThrownBy(() -> retention.apply(catalogue)).isInstanceOf(IOException.class);
    assertThat(removed).containsExactly(second);
    assertThat(catalogue.contains(second)).isFalse();
  }

  private Retention retention(Map<String, Integer> keep) {
    return new Retention(keep, old -> removed.add(old.infoHash()));
  }
}
