package dev.skep.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Reason;
import dev.skep.agent.torrent.Refused;
import org.junit.jupiter.api.Test;

class DropsTest {
  @Test
  void whateverATorrentSaysOfAPeerHasItsReason() {
    for (Reason reason : Reason.values()) {
      assertThatCode(() -> DropReason.of(reason)).doesNotThrowAnyException();
    }
    for (Refused.Kind kind : Refused.Kind.values()) {
      assertThat(DropReason.valueOf("REFUSED_" + kind).isMisconduct()).isFalse();
    }
    for (Misconduct.Kind kind : Misconduct.Kind.values()) {
      assertThat(DropReason.valueOf("MISCONDUCT_" + kind).isMisconduct()).isTrue();
    }
  }

  @Test
  void onlyWhatOccurredIsTold() {
    Drops drops = new Drops();
    drops.count(DropReason.REFUSED_SELF);
    drops.count(DropReason.REFUSED_SELF);

    assertThat(drops.counts()).containsOnlyKeys("refused_self").containsValue(2L);
  }
}
