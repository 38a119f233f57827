package dev.skep.agent.follow;

import dev.skep.agent.library.Library;
import dev.skep.agent.service.FollowFigures.Outcome;
import dev.skep.agent.trust.Names;
import dev.skep.agent.trust.TrustedKeys;
import java.io.IOException;
import java.util.Optional;

/**
 * What is taken of what catalogues carry: everything, or only what somebody trusted has signed and
 * nobody plays again. Which names were published when is kept in the library. Safe for many
 * threads.
 */
final class Trust {
  private static final String NOTE = "published";

  private final Library library;
  private final Optional<TrustedKeys> keys;
  private final Names names;

  private Trust(Library library, Optional<TrustedKeys> keys, Names names) {
    this.library = library;
    this.keys = keys;
    this.names = names;
  }

  /**
   * Goes on with what was taken before.
   *
   * @param keys nothing if everything is trusted
   */
  static Trust open(Library library, Optional<TrustedKeys> keys) throws IOException {
    return new Trust(library, keys, Names.of(library.note(NOTE).orElse(new byte[0])));
  }

  /** Why something is not taken. */
  record Refusal(Outcome outcome, String why) {}

  /** Nothing if it may be taken. */
  synchronized Optional<Refusal> refusal(Row row) {
    if (keys.isEmpty()) {
      return Optional.empty();
    }
    Optional<Refusal> refusal = signatureRefusal(keys.get(), row);
    return refusal.isEmpty() && names.isReplayed(row.statement())
        ? Optional.of(new Refusal(Outcome.REPLAYED, "a later one of its name was there before"))
        : refusal;
  }

  private static Optional<Refusal> signatureRefusal(TrustedKeys keys, Row row) {
    if (row.signature().isEmpty()) {
      return Optional.of(new Refusal(Outcome.UNSIGNED, "it is not signed"));
    }
    return keys.refusal(row.statement(), row.signature().get())
        .map(why -> new Refusal(Outcome.WRONG_SIGNATURE, why));
  }

  /** It is taken, or was. That is kept before this returns. */
  synchronized void take(Row row) throws IOException {
    boolean signed = keys.isPresent() && signatureRefusal(keys.get(), row).isEmpty();
    if (signed && names.take(row.statement())) {
      library.keepNote(NOTE, names.text());
    }
  }
}
