package dev.skep.tracker.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.tracker.access.AccessLists.Kind;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Access lists as text: what was saved, and what an operator writes. */
class ListLinesTest {
  private static final String HASH = "0123456789abcdef0123456789abcdef01234567";
  private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

  @Test
  void whatIsWrittenIsReadAsItWas() {
    AccessLists lists =
        AccessLists.EMPTY
            .with(Kind.DENIED_TORRENTS, HASH, "made= until= # no comment")
            .with(Kind.ALLOWED_TORRENTS, HASH.toUpperCase(java.util.Locale.ROOT), "")
            .with(Kind.DENIED_NETWORKS, "2001:db8::/32", "Größe")
            .with(Kind.DENIED_CLIENTS, "-XL", "")
            .with(secret("first-secret", Grant.PASSKEY, "until=tomorrow", Optional.of(NOON)))
            .with(secret("second-secret", Grant.ADMINISTER, "", Optional.empty()));
    String text = ListLines.write(lists);
    assertThat(ListLines.write(ListLines.read(text))).isEqualTo(text);
    assertThat(ListLines.read(text).secrets()).containsExactlyElementsOf(lists.secrets());
    assertThat(ListLines.read(text).entries(Kind.DENIED_TORRENTS))
        .containsEntry(HASH, "made= until= # no comment");
    assertThat(text).doesNotContain("first-secret", "second-secret");
  }

  private static GivenSecret secret(String text, Grant grant, String note, Optional<Instant> end) {
    return new GivenSecret(GivenSecret.hexHash(text), grant, note, Optional.of(NOON), end);
  }

  @Test
  void anOperatorWritesThemWithSpacesCommentsAndWhatIsNeededOnly() {
    AccessLists lists =
        ListLines.read(
            """
            # what our network is

              allowed-networks   10.0.0.0/8     our own
            denied-clients -XL
            read %s until=2027-01-01T00:00:00Z the wall screen
            """
                .formatted(GivenSecret.hexHash("screen")));
    assertThat(lists.entries(Kind.ALLOWED_NETWORKS)).containsEntry("10.0.0.0/8", "our own");
    assertThat(lists.entries(Kind.DENIED_CLIENTS)).containsEntry("-XL", "");
    assertThat(lists.secrets())
        .containsExactly(
            new GivenSecret(
                GivenSecret.hexHash("screen"),
                Grant.READ,
                "the wall screen",
                Optional.empty(),
                Optional.of(Instant.parse("2027-01-01T00:00:00Z"))));
  }

  /** An older tracker kept passkeys as they are. */
  @Test
  void whatAnOlderTrackerSavedIsHashedAndNotTakenFromAnOperator() {
    String older = "denied-networks\t10.0.0.0/8\twhy\npasskeys\tgiven-out-long-ago\tlab\n";
    AccessLists lists = ListLines.readSaved(older);
    assertThat(lists.entries(Kind.DENIED_NETWORKS)).containsEntry("10.0.0.0/8", "why");
    assertThat(lists.secret(GivenSecret.hexHash("given-out-long-ago")))
        .get()
        .returns(Grant.PASSKEY, GivenSecret::grant)
        .returns("lab", GivenSecret::note);
    assertThat(ListLines.write(lists)).doesNotContain("given-out-long-ago");
    assertThatThrownBy(() -> ListLines.read(older)).hasMessageContaining("line 2: no list");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "denied-torrents 0123 | line 2: ",
        "denied-networks 10.0.0.0/99 | line 2: \"10.0.0.0/99\" is not a block of addresses",
        "denied-networks | line 2: ",
        "denied-clients -12345678901234567890 | line 2: a client is the beginning of its peer ids",
        "denied-clients é | line 2: a client is",
        "banned 10.0.0.0/8 | line 2: no list is called 'banned'; there are",
        "read my-token | line 2: 'my-token' is no SHA-256",
        "read | line 2: '' is no SHA-256",
      })
  void whatIsWrongIsToldWithItsLine(String wrong, String told) {
    assertThatThrownBy(() -> ListLines.read("# first\n" + wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(told);
  }

  @Test
  void aTimeThatIsNoneIsToldWithItsLine() {
    String wrong = "passkey " + GivenSecret.hexHash("x") + " until=tomorrow";
    assertThatThrownBy(() -> ListLines.read(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("line 1: ")
        .hasMessageContaining("tomorrow");
  }
}
