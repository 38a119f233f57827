package dev.skep.tracker.access;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.announce.Access.Verdict;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * Who may read what of swarms and catalogue: everybody what they may announce, who has a token all.
 * Each address of others may ask so often only.
 */
public final class Readers {
  private final AccessRules rules;
  private final Administrators administrators;
  private final Rates rates;
  private final LongAdder tooOften = new LongAdder();

  /**
   * @param rates how often an address may ask
   */
  public Readers(AccessRules rules, Administrators administrators, Rates rates) {
    this.rules = rules;
    this.administrators = administrators;
    this.rates = rates;
  }

  /**
   * What is known of an asker.
   *
   * @param from its address
   * @param secret a token or a passkey, as {@code Authorization} carries it
   * @param passkey as the query carries it, empty if it does not
   */
  public record Asker(IpAddress from, Optional<String> secret, String passkey) {}

  /** What becomes of a request. */
  public sealed interface Answer {
    /**
     * It brought a token, and so may read everything.
     *
     * @param grant what else it may
     * @param who which token it is, in words
     */
    record Holder(Grant grant, String who) implements Answer {}

    /**
     * It may read.
     *
     * @param visible which torrents
     * @param registered which torrents where they are registered, or were
     * @param all whether these are all there are
     * @param mark another one where others are visible
     * @param withSecret whether it brought a secret that is no token
     */
    record Reader(
        Predicate<InfoHash> visible,
        Predicate<InfoHash> registered,
        boolean all,
        String mark,
        boolean withSecret)
        implements Answer {}

    /**
     * It may not read anything.
     *
     * @param passkeyHelps whether a passkey or a token would help
     * @param reason in one line, with what to do
     */
    record Refused(boolean passkeyHelps, String reason, boolean withSecret) implements Answer {}

    /** Its address asked, or guessed, too often. */
    record TooOften(Duration pause, String reason) implements Answer {}
  }

  /** How many requests were refused because their address asked, or guessed, too often. */
  public LongAdder tooOften() {
    return tooOften;
  }

  /** Judges one request, and counts it. */
  public Answer judge(Asker asker) {
    Answer answer = answer(asker);
    if (answer instanceof Answer.TooOften) {
      tooOften.increment();
    }
    return answer;
  }

  /**
   * Whether somebody brought a secret of this tracker's: a token or a passkey.
   *
   * @param answer how it was judged
   */
  public boolean vouchesFor(Asker asker, Answer answer) {
    return answer instanceof Answer.Holder
        || rules.vouchesFor(asker.passkey())
        || asker.secret().filter(rules::knows).isPresent();
  }

  /**
   * Says, as often as it is asked, whether somebody who was judged may go on reading what he might
   * read then. He is judged again only when lists, secrets or mode have changed. For one thread.
   */
  public BooleanSupplier lasting(Asker asker, Answer answer) {
    String then = answer instanceof Answer.Reader reader ? reader.mark() : rules.fingerprint();
    return new BooleanSupplier() {
      private String goodWith = then;

      @Override
      public boolean getAsBoolean() {
        String now = rules.fingerprint();
        boolean good = now.equals(goodWith) || isStillGood(asker, answer);
        goodWith = good ? now : goodWith;
        return good;
      }
    };
  }

  private boolean isStillGood(Asker asker, Answer answer) {
    return switch (answer) {
      case Answer.Holder(Grant grant, var _) ->
          administrators.judge(asker.secret().orElse(""), asker.from())
                  instanceof Administrators.Judgement.Holder(Grant now, var _)
              && now.covers(grant);
      case Answer.Reader reader ->
          reader.all() && stranger(asker) instanceof Answer.Reader now && now.all();
      case Answer.Refused _, Answer.TooOften _ -> false;
    };
  }

  private Answer answer(Asker asker) {
    if (asker.secret().isPresent()) {
      switch (administrators.judge(asker.secret().get(), asker.from())) {
        case Administrators.Judgement.Holder(Grant grant, String who) -> {
          return new Answer.Holder(grant, who);
        }
        case Administrators.Judgement.Silenced(Duration pause) -> {
          return new Answer.TooOften(pause, "too many wrong tokens from " + asker.from());
        }
        case Administrators.Judgement.Stranger() -> {
          if (!rules.knows(asker.secret().get())) {
            administrators.countWrong(asker.from());
          }
        }
      }
    }
    Optional<Duration> wait = rates.take(asker.from());
    if (wait.isPresent()) {
      return new Answer.TooOften(wait.get(), "too many requests from " + asker.from());
    }
    return stranger(asker);
  }

  private Answer stranger(Asker asker) {
    boolean withSecret = asker.secret().isPresent();
    String passkey = asker.secret().filter(rules::knows).orElse(asker.passkey());
    return switch (rules.mayAsk(passkey, asker.from())) {
      case Verdict.Allowed() ->
          new Answer.Reader(
              rules::serves,
              rules::servesRegistered,
              rules.servesAll(),
              rules.fingerprint(),
              withSecret);
      case Verdict.Refused refused when rules.passkeyRequired() && !rules.knows(passkey) ->
          new Answer.Refused(
              true,
              "this tracker shows nothing to strangers; send a passkey as ?passkey=PASSKEY or as"
                  + " 'Authorization: Bearer PASSKEY'",
              withSecret);
      case Verdict.Refused(String reason, var _) -> new Answer.Refused(false, reason, withSecret);
    };
  }
}
