package dev.skep.tracker.access;

import dev.skep.protocol.address.IpAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Who may do what beside announcing: who sends the admin token or another that was given out, from
 * wherever. Where a request comes from says nothing: a proxy on this machine speaks for anybody. An
 * address that sent too many wrong tokens is not listened to for a while, whatever it sends.
 */
public final class Administrators {
  private final AdminToken token;
  private final AccessRules rules;
  private final Rates wrongTokens;
  private final LongAdder wrong = new LongAdder();

  /**
   * @param rules which other tokens there are
   * @param wrongTokens how many wrong ones an address may send
   */
  public Administrators(AdminToken token, AccessRules rules, Rates wrongTokens) {
    this.token = token;
    this.rules = rules;
    this.wrongTokens = wrongTokens;
  }

  /** What a secret says of who sends it. */
  public sealed interface Judgement {
    /**
     * It is a token.
     *
     * @param grant what it is good for
     * @param who which one it is, in words
     */
    record Holder(Grant grant, String who) implements Judgement {}

    /** It is none. */
    record Stranger() implements Judgement {}

    /**
     * This address sent too many wrong ones.
     *
     * @param pause until it is listened to again
     */
    record Silenced(Duration pause) implements Judgement {}
  }

  /** Judges a secret that was sent as a token. */
  public Judgement judge(String secret, IpAddress from) {
    Optional<Duration> wait = wrongTokens.waitOf(from);
    if (wait.isPresent()) {
      return new Judgement.Silenced(wait.get());
    }
    if (token.is(secret)) {
      return new Judgement.Holder(Grant.ADMINISTER, "the admin token");
    }
    Optional<GivenSecret> given = rules.token(secret);
    if (given.isEmpty()) {
      return new Judgement.Stranger();
    }
    String note = given.get().note();
    return new Judgement.Holder(
        given.get().grant(),
        "token " + given.get().id() + (note.isEmpty() ? "" : " (" + note + ")"));
  }

  /** Notes that a secret was neither a token nor a passkey. */
  void countWrong(IpAddress from) {
    wrong.increment();
    var _ = wrongTokens.take(from);
  }

  /** How many wrong tokens were sent. */
  public LongAdder wrong() {
    return wrong;
  }
}
