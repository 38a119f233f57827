package dev.skep.protocol.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * How far a host is with a torrent, as its agent tells a tracker that it is configured with, in an
 * announce over HTTP. What is missing and what was fetched stands in the announce itself.
 *
 * @param reason why it failed or does not move; plain text in one line, at most {@value
 *     #MOST_REASON_BYTES} bytes of UTF-8, made so of whatever is given
 * @param held which pieces it has, as it says now and then; of one that is done it has all
 */
public record HostReport(
    HostIdentity host, State state, Optional<String> reason, Optional<HeldPieces> held) {
  /** Longest reason, in bytes of UTF-8. */
  public static final int MOST_REASON_BYTES = 120;

  /** What is read of one before it is cut. */
  static final int MOST_RAW_REASON_BYTES = 1024;

  private static final char NO_TEXT = '\ufffd';

  /** How far. */
  public enum State {
    /** It fetches, or means to. */
    FETCHING,
    /** All bytes are right and at their place. */
    VERIFIED,
    /** And what was to be done then ended well. */
    HOOKED,
    /** It does not go on by itself. */
    FAILED;

    /** As it stands in a query. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static State of(String word) throws TrackerProtocolException {
      return Arrays.stream(values())
          .filter(state -> state.word().equals(word))
          .findFirst()
          .orElseThrow(
              () -> new TrackerProtocolException("a host's state is none of " + allWords()));
    }

    private static String allWords() {
      return String.join(", ", Arrays.stream(values()).map(State::word).toList());
    }
  }

  public HostReport {
    reason = reason.map(HostReport::plain).filter(text -> !text.isBlank());
  }

  /** One that does not say what it has. */
  public HostReport(HostIdentity host, State state, Optional<String> reason) {
    this(host, state, reason, Optional.empty());
  }

  /** The report in the raw query of an announce, if there is one; costs a look for its name. */
  public static Optional<HostReport> in(String rawQuery) throws TrackerProtocolException {
    if (!HostIdentity.isIn(rawQuery)) {
      return Optional.empty();
    }
    HostIdentity.Words words = HostIdentity.Words.in(rawQuery);
    return Optional.of(
        new HostReport(
            words.identity(), State.of(words.state()), Optional.of(words.reason()), held(words)));
  }

  private static Optional<HeldPieces> held(HostIdentity.Words words)
      throws TrackerProtocolException {
    return words.held().isEmpty() ? Optional.empty() : Optional.of(HeldPieces.parse(words.held()));
  }

  /** As parameters of a query, without an ampersand before them. */
  public String toQuery() {
    var query = new StringBuilder(host.toQuery()).append("&skep_state=").append(state.word());
    reason.ifPresent(
        text ->
            HttpAnnounceQuery.percentEncode(text.getBytes(UTF_8), query.append("&skep_reason=")));
    held.ifPresent(pieces -> query.append("&skep_pieces=").append(pieces.toText()));
    return query.toString();
  }

  /** What a terminal would obey, or a reader would be misled by, is replaced; the rest is cut. */
  private static String plain(String text) {
    var plain = new StringBuilder();
    int bytes = 0;
    for (int c : text.codePoints().limit(MOST_REASON_BYTES).toArray()) {
      int shown = isText(c) ? c : NO_TEXT;
      bytes += Character.toString(shown).getBytes(UTF_8).length;
      if (bytes > MOST_REASON_BYTES) {
        break;
      }
      plain.appendCodePoint(shown);
    }
    return plain.toString();
  }

  private static boolean isText(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
