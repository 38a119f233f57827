package dev.skep.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.URI;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who may use the remote control. Refuses by the head of a request, before its body is read:
 * strange addresses, names that this machine is not asked by (else a page in a browser could come
 * here by a name of its own: DNS rebinding), pages of other hosts, wrong passwords and too many of
 * them.
 */
final class Guard {
  private static final long PATIENCE_SECONDS = 10;

  /**
   * The one who may.
   *
   * @param password its hash
   */
  record Account(String user, PasswordHash password) {}

  private final Predicate<InetAddress> allowed;
  private final Set<String> hosts;
  private final Optional<Account> account;
  private final LongSupplier nanos;
  private final Attempts attempts = new Attempts();

  /** One guess is tried at a time: each costs a third of a second of a processor. */
  private final Semaphore guesses = new Semaphore(1, true);

  /** Remembers the header that was right last, in a way that nobody can read it from. */
  private final byte[] key = new byte[32];

  private volatile byte @Nullable [] right;

  /**
   * @param allowed who may connect at all
   * @param hosts names that this machine is asked by, in lower case, besides localhost and
   *     addresses
   * @param account empty if everybody may who can connect
   * @param nanos monotonic time
   */
  Guard(
      Predicate<InetAddress> allowed,
      Set<String> hosts,
      Optional<Account> account,
      LongSupplier nanos) {
    this.allowed = allowed;
    this.hosts = Set.copyOf(hosts);
    this.account = account;
    this.nanos = nanos;
    new SecureRandom().nextBytes(key);
  }

  /** The answer to who may not ask that. */
  Optional<Reply> refusal(Ask ask, boolean open) throws InterruptedException {
    if (!allowed.test(ask.from())) {
      return Optional.of(Reply.text(403, "this address may not connect"));
    }
    if (!isOurName(ask.header("Host").orElse(""))) {
      return Optional.of(
          Reply.text(
              421,
              "this agent is not asked by that host name; use its address, or add the name to"
                  + " skep.agent.rpc.hosts"));
    }
    if (comesFromElsewhere(ask)) {
      return Optional.of(Reply.text(403, "a page of another host may not ask this"));
    }
    return open || account.isEmpty() ? Optional.empty() : wrongPassword(ask, account.get());
  }

  /** Addresses are no names, so nobody can have led a browser here by one. */
  private boolean isOurName(String header) {
    String host = header.strip().toLowerCase(Locale.ROOT);
    if (host.startsWith("[")) {
      return host.matches("\\[[0-9a-f:.%]+\\](:\\d+)?");
    }
    String name = host.replaceFirst(":\\d*$", "").replaceFirst("\\.$", "");
    return name.equals("localhost")
        || name.matches("\\d{1,3}(\\.\\d{1,3}){3}")
        || hosts.contains(name);
  }

  /** Browsers say whose page it is that asks; to follow a link to here is nothing else's asking. */
  private static boolean comesFromElsewhere(Ask ask) {
    Optional<String> origin = ask.header("Origin");
    if (origin.isEmpty()) {
      return ask.header("Sec-Fetch-Site").filter(site -> site.endsWith("-site")).isPresent()
          && !ask.header("Sec-Fetch-Mode").equals(Optional.of("navigate"));
    }
    try {
      String authority = URI.create(origin.get()).getAuthority();
      return authority == null || !authority.equalsIgnoreCase(ask.header("Host").orElse(""));
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private Optional<Reply> wrongPassword(Ask ask, Account wanted) throws InterruptedException {
    Optional<String> given = ask.header("Authorization");
    if (given.isEmpty()) {
      return Optional.of(unauthorized());
    }
    byte[] seen = fingerprint(given.get());
    byte[] before = right;
    if (before != null && MessageDigest.isEqual(before, seen)) {
      return Optional.empty();
    }
    if (!attempts.mayTry(ask.from(), nanos.getAsLong())) {
      return Optional.of(tooMany());
    }
    if (!guesses.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      return Optional.of(Reply.text(503, "too many passwords are being tried"));
    }
    try {
      if (isRight(given.get(), wanted)) {
        right = seen;
        return Optional.empty();
      }
    } finally {
      guesses.release();
    }
    attempts.failed(ask.from(), nanos.getAsLong());
    return Optional.of(unauthorized());
  }

  private static Reply unauthorized() {
    return Reply.text(401, "a user and its password are needed")
        .with("WWW-Authenticate", "Basic realm=\"Skep\", charset=\"UTF-8\"");
  }

  private static Reply tooMany() {
    return Reply.text(429, "too many wrong passwords; wait a minute").with("Retry-After", "60");
  }

  private byte[] fingerprint(String header) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(key);
      return digest.digest(header.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static boolean isRight(String header, Account wanted) {
    if (!header.regionMatches(true, 0, "Basic ", 0, 6)) {
      return false;
    }
    try {
      String pair = new String(Base64.getDecoder().decode(header.substring(6).strip()), UTF_8);
      int colon = pair.indexOf(':');
      return colon >= 0
          && wanted.password.matches(pair.substring(colon + 1).toCharArray())
          && pair.substring(0, colon).equals(wanted.user);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
