package dev.skep.agent.webseed;

import dev.skep.agent.connection.ConnectionOwner;
import dev.skep.agent.connection.LiveTorrent;
import dev.skep.agent.connection.NobodyTaken;
import dev.skep.agent.discovery.TrackerUrl;
import dev.skep.agent.torrent.Reason;
import dev.skep.agent.torrent.Refused;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.digest.Digests;
import dev.skep.protocol.peerwire.Bitfield;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * One web server of a torrent: when it is asked, and what is remembered of how it answered. Safe
 * for many threads.
 */
final class WebSeed {
  private static final Duration FIRST_WAIT = Duration.ofSeconds(10);
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private static final String CORRUPT = "sent data that is not the torrent's";

  /** Pieces that it may give with other data before it counts as having other files. */
  private static final int MOST_SPOILT = 8;

  /** After so many failures in a row the wait grows no more: ten minutes or so. */
  private static final int MOST_DOUBLINGS = 6;

  /** Files that it may lack one after another before it counts as having none. */
  private static final int MOST_ABSENT = 20;

  private static final long SOON_NANOS = Duration.ofSeconds(1).toNanos();
  private static final long NO_ROOM_NANOS = Duration.ofSeconds(10).toNanos();

  private final String url;
  private final String shown;
  private final WebFiles files;
  private final Web web;
  private final ConnectionOwner owner;
  private final Consumer<String> notes;
  private final Runnable changed;
  private final RandomGenerator random;
  private final LongAdder receivedBytes = new LongAdder();

  // The thread's that serves it; there is one at a time.
  private final BitSet absent = new BitSet();
  private final BitSet spoilt = new BitSet(); // pieces that it gave with other data
  private boolean whole;
  private int failures; // in a row
  private int absentInARow;
  private String told = "";
  private volatile boolean gave; // since it last failed

  private volatile boolean atWork;
  private volatile Optional<String> problem = Optional.empty();
  private volatile long dueAt;

  WebSeed(
      String url,
      WebFiles files,
      Web web,
      ConnectionOwner owner,
      Consumer<String> notes,
      Runnable changed,
      RandomGenerator random,
      long now) {
    this.url = url;
    shown = TrackerUrl.withoutCredentials(url);
    this.files = files;
    this.web = web;
    this.owner = owner;
    this.notes = notes;
    this.changed = changed;
    this.random = random;
    dueAt = now;
  }

  boolean isAtWork() {
    return atWork;
  }

  boolean isDue(long now) {
    return !atWork && now - dueAt >= 0;
  }

  /** Asks it for what the torrent wants, on a thread of its own. Called by one thread at a time. */
  void begin(LiveTorrent torrent) {
    atWork = true;
    Thread.ofVirtual()
        .name("skep-web")
        .start(
            () -> {
              dueAt = System.nanoTime() + SOON_NANOS;
              owner.faults().guard("a web server", () -> serve(torrent));
              atWork = false;
              changed.run();
            });
  }

  private void serve(LiveTorrent torrent) {
    boolean again = true;
    while (again) {
      again = false;
      try {
        ask(torrent);
      } catch (WebTrouble e) {
        again = !suffer(e);
      } catch (Refused e) {
        dueAt = System.nanoTime() + NO_ROOM_NANOS;
        if (e.kind() == Refused.Kind.BANNED) {
          suffer(WebTrouble.ofServer(CORRUPT));
        }
      } catch (NobodyTaken e) {
        // It is paused or over.
      } catch (IOException e) {
        suffer(WebTrouble.of(e));
      }
    }
  }

  private void ask(LiveTorrent torrent) throws WebTrouble, Refused, IOException {
    WebAddress root = WebAddress.parse(url);
    WebHost host = WebHost.of(root);
    WebReader.Server server =
        WebReader.Server.of(
            root,
            whole,
            host.isLocal(),
            files,
            web,
            owner.downLimits(host.at()).and(torrent.downLimits()));
    gave = false;
    Bitfield has = files.piecesWithout(absent);
    spoilt.stream().forEach(has::clear);
    WebLink link = new WebLink(torrent, owner, server, has, shown, this::received);
    Reason reason = link.live(host.at(), id());
    if (reason == Reason.CORRUPT_DATA) {
      throw WebTrouble.ofPiece(link.spoilt(), CORRUPT);
    }
  }

  private void received(int bytes) {
    receivedBytes.add(bytes);
    web.received(bytes);
    if (!gave) {
      gave = true;
      problem = absent.isEmpty() && spoilt.isEmpty() ? Optional.empty() : problem;
    }
  }

  /**
   * The same each time: who was banned comes back under the same name. Only for a piece it is not
   * banned: it is not asked for that any more.
   */
  private PeerId id() {
    MessageDigest sha1 = Digests.sha1();
    sha1.update((url + "#" + spoilt.cardinality()).getBytes(StandardCharsets.UTF_8));
    return PeerId.of(sha1.digest(), 0);
  }

  // ---- What it does wrong ----

  /** Returns whether it is not asked any more for now. */
  private boolean suffer(WebTrouble trouble) {
    web.count(trouble.kind());
    if (gave) {
      failures = 0;
      absentInARow = 0;
    }
    return switch (trouble.kind()) {
      case PASSES -> {
        restForAWhile(trouble);
        yield true;
      }
      case NO_RANGES -> {
        boolean before = whole;
        whole = true;
        if (before) {
          bench(trouble.what(), LONGEST_WAIT);
        }
        yield before;
      }
      case USELESS -> {
        restUntilItIsMended(trouble);
        yield true;
      }
      case FILE -> lacks(trouble);
      case PIECE -> spoils(trouble);
      case SERVER -> {
        bench(trouble.what(), LONGEST_WAIT);
        yield true;
      }
    };
  }

  private void restForAWhile(WebTrouble trouble) {
    failures = Math.min(failures + 1, MOST_DOUBLINGS + 1);
    Duration own = FIRST_WAIT.multipliedBy(1L << (failures - 1));
    bench(trouble.what(), longer(own, trouble.waitAsked()));
  }

  private void restUntilItIsMended(WebTrouble trouble) {
    absent.clear();
    spoilt.clear();
    absentInARow = 0;
    bench(problem.orElse(trouble.what()), LONGEST_WAIT);
  }

  private boolean spoils(WebTrouble trouble) {
    spoilt.set(trouble.which());
    boolean many = spoilt.cardinality() >= MOST_SPOILT;
    if (many) {
      spoilt.clear();
      bench(trouble.what(), LONGEST_WAIT);
    } else {
      tell(trouble.what(), "");
    }
    return many;
  }

  private boolean lacks(WebTrouble trouble) {
    absent.set(trouble.which());
    absentInARow++;
    String what = files.prefix(trouble.which()) + trouble.what();
    if (absentInARow < MOST_ABSENT && files.anyBut(absent)) {
      tell(what, "");
      return false;
    }
    absent.clear();
    absentInARow = 0;
    bench(what, LONGEST_WAIT);
    return true;
  }

  private static Duration longer(Duration own, Duration theirs) {
    Duration wait = own.compareTo(theirs) > 0 ? own : theirs;
    return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }

  /** With some time more, so that many of us do not come back at once. */
  private void bench(String why, Duration wait) {
    long nanos = wait.toNanos();
    dueAt = System.nanoTime() + nanos + random.nextLong(nanos / 4);
    tell(why, "; asked again in " + words(wait));
  }

  private static String words(Duration wait) {
    return wait.toSeconds() < 120 ? wait.toSeconds() + " s" : wait.toMinutes() + " minutes";
  }

  private void tell(String why, String then) {
    problem = Optional.of(why);
    if (!why.equals(told)) {
      told = why;
      notes.accept("web server " + shown + " " + why + then);
    }
  }

  // ---- For people ----

  WebSeedStatus status(long now) {
    boolean benched = !atWork && problem.isPresent() && dueAt - now > 0;
    return new WebSeedStatus(
        shown,
        atWork
            ? WebSeedStatus.State.AT_WORK
            : benched ? WebSeedStatus.State.BENCHED : WebSeedStatus.State.IDLE,
        problem,
        benched ? Math.ceilDiv(dueAt - now, 1_000_000_000L) : 0,
        receivedBytes.sum());
  }
}
