package dev.skep.tracker.access;

import dev.skep.protocol.address.IpAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Who may administer: who sends the token, from wherever. Where a request comes from says nothing:
 * a proxy on this machine speaks for anybody. An address that sent too many wrong tokens is not
 * listened to for a while, whatever it sends.
 */
public final class Administrators {
  private final AdminToken token;
  private final Rates wrongTokens;
  private final LongAdder wrong = new LongAdder();

  /**
   * @param wrongTokens how many wrong ones an address may send
   */
  public Administrators(AdminToken token, Rates wrongTokens) {
    this.token = token;
    this.wrongTokens = wrongTokens;
  }

  /** What a secret says of who sends it. */
  public sealed interface Judgement {
    /** It is the token. */
    record Administrator() implements Judgement {}

    /** It is not. */
    record Stranger() implements Judgement {}

    /**
     * This address sent too many wrong ones.
     *
     * @param pause until it is listened to again
     */
    record Silenced(Duration pause) implements Judgement {}
  }

  /** Judges a secret that was sent as the token. */
  public Judgement judge(String secret, IpAddress from) {
    Optional<Duration> wait = wrongTokens.waitOf(from);
    if (wait.isPresent()) {
      return new Judgement.Silenced(wait.get());
    }
    return token.is(secret) ? new Judgement.Administrator() : new Judgement.Stranger();
  }

  /** Notes that a secret was neither the token nor a passkey. */
  void countWrong(IpAddress from) {
    wrong.increment();
    var _ = wrongTokens.take(from);
  }

  /** How many wrong tokens were sent. */
  public LongAdder wrong() {
    return wrong;
  }
}
