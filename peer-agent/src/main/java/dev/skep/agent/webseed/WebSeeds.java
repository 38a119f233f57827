package dev.skep.agent.webseed;

import dev.skep.agent.connection.ConnectionOwner;
import dev.skep.agent.connection.LiveTorrent;
import dev.skep.protocol.metainfo.Metainfo;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** The web servers that have one torrent's files (BEP 19). Safe for many threads. */
public final class WebSeeds {
  /** More of them are not looked at: whoever makes a torrent writes as many as he likes. */
  private static final int MOST = 50;

  /** So many are asked at once; others take the place of those that fail. */
  private static final int MOST_AT_WORK = 4;

  private final List<WebSeed> seeds;

  private WebSeeds(List<WebSeed> seeds) {
    this.seeds = List.copyOf(seeds);
  }

  /** There is none. */
  public static WebSeeds none() {
    return new WebSeeds(List.of());
  }

  /**
   * Asks nobody yet.
   *
   * @param urls as somebody wrote them down
   * @param notes gets what a person should know
   * @param changed runs when one is not asked any more, for now or for a while
   */
  public static WebSeeds of(
      Metainfo metainfo,
      List<String> urls,
      Web web,
      ConnectionOwner owner,
      Consumer<String> notes,
      Runnable changed,
      RandomGenerator random) {
    if (urls.isEmpty()) {
      return none();
    }
    WebFiles files = new WebFiles(metainfo);
    long now = System.nanoTime();
    List<WebSeed> seeds = new ArrayList<>();
    for (String url : urls.stream().distinct().limit(MOST).toList()) {
      seeds.add(
          new WebSeed(
              url,
              files,
              web,
              owner,
              notes,
              changed,
              new SplittableRandom(random.nextLong()),
              now));
    }
    return new WebSeeds(seeds);
  }

  /**
   * Begins to ask those whose time has come, for a torrent that is not complete. Called again and
   * again; does not wait.
   */
  public synchronized void ask(LiveTorrent torrent) {
    long now = System.nanoTime();
    long working = seeds.stream().filter(WebSeed::isAtWork).count();
    for (WebSeed seed : seeds) {
      if (working < MOST_AT_WORK && seed.isDue(now)) {
        seed.begin(torrent);
        working++;
      }
    }
  }

  /** How things stand with each. */
  public List<WebSeedStatus> status() {
    long now = System.nanoTime();
    return seeds.stream().map(seed -> seed.status(now)).toList();
  }
}
