package dev.skep.tracker.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.protocol.digest.Digests;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Administrators who logged in with a browser. A session stands for the secret that it was begun
 * with, which is judged anew with each request: who may do no more with it may do no more with the
 * session. It ends after {@link #LIFE} whatever is done with it, and with this process. Safe for
 * many threads.
 */
public final class Sessions {
  /** Of a session. */
  static final Duration LIFE = Duration.ofHours(8);

  /** Of more the one that was begun first ends. */
  static final int MOST = 100;

  private static final int RANDOM_BYTES = 32;

  private final SecureRandom random;
  private final LongSupplier nanoTime;

  /** By what is kept of their ids, those that were begun first first. */
  private final Map<String, Session> byIdHash = new LinkedHashMap<>();

  /**
   * @param random for what nobody may guess
   * @param nanoTime the monotonic clock
   */
  public Sessions(SecureRandom random, LongSupplier nanoTime) {
    this.random = random;
    this.nanoTime = nanoTime;
  }

  /**
   * A session.
   *
   * @param secret what its owner logged in with
   * @param csrf what a page has to send with everything that changes something: another site's page
   *     makes a browser send the cookie, but cannot read this
   */
  record Session(String secret, String csrf, long beganNanos) {
    /** Whether a page of ours sent this; takes as long for every answer. */
    boolean isOwn(@Nullable String sent) {
      return sent != null && MessageDigest.isEqual(csrf.getBytes(UTF_8), sent.getBytes(UTF_8));
    }
  }

  /**
   * What the browser of one who logged in is told.
   *
   * @param id for its cookie; not kept here
   */
  record Begun(String id, Session session) {}

  /** Begins a session. */
  synchronized Begun begin(String secret) {
    endOld();
    if (byIdHash.size() >= MOST) {
      byIdHash.remove(byIdHash.keySet().iterator().next());
    }
    String id = drawn();
    var session = new Session(secret, drawn(), nanoTime.getAsLong());
    byIdHash.put(hash(id), session);
    return new Begun(id, session);
  }

  /** The session of an id, if it goes on. */
  synchronized Optional<Session> find(String id) {
    endOld();
    return Optional.ofNullable(byIdHash.get(hash(id)));
  }

  /** Ends a session. */
  synchronized void end(Session session) {
    byIdHash.values().remove(session);
  }

  private void endOld() {
    long now = nanoTime.getAsLong();
    Iterator<Session> each = byIdHash.values().iterator();
    while (each.hasNext() && now - each.next().beganNanos() >= LIFE.toNanos()) {
      each.remove();
    }
  }

  private String drawn() {
    byte[] bytes = new byte[RANDOM_BYTES];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String hash(String id) {
    return HexFormat.of().formatHex(Digests.sha256().digest(id.getBytes(UTF_8)));
  }
}
