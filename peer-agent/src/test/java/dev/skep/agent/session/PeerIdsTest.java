package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** By its peer id others know us (BEP 20), and one another. */
class PeerIdsTest {
  @Test
  void ourLettersAreThoseThatTheTableNamesUsBy() {
    assertThat(PeerIds.random().client()).contains("Skep 0.1.0");
  }

  @Test
  void noTwoAreAlike() {
    assertThat(PeerIds.random()).isNotEqualTo(PeerIds.random());
  }
}
