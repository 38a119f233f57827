package dev.skep.agent.service;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.config.HookCommand;
import dev.skep.agent.library.Delivery;
import dev.skep.agent.library.Delivery.Stage;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.service.settings.Settings;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Hands over what is complete and was wanted by a follow or watch: data to its place, the link
 * {@code current} to the newest, word to whoever wants to know. Where each is stands in its record,
 * so after a kill it goes on where it was, and a command may be run twice.
 */
final class Deliveries implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Deliveries.class.getName());
  private static final Duration MOVE_AGAIN = Duration.ofMinutes(1);
  private static final int PLACED_AT_A_TIME = 4;

  /**
   * What goes on with one torrent.
   *
   * @param stage what was done or tried last
   * @param notBefore when the same may be tried again
   * @param trouble why it failed last
   */
  private record Attempt(
      Stage stage, boolean busy, int failures, Instant notBefore, Optional<String> trouble) {
    static final Attempt NONE = at(Stage.FETCHING);

    Attempt begun() {
      return new Attempt(stage, true, failures, notBefore, trouble);
    }

    /** Before this is tried for the first time. */
    static Attempt at(Stage stage) {
      return new Attempt(stage, false, 0, Instant.MIN, Optional.empty());
    }
  }

  private final Agent agent;
  private final HookRun hook = new HookRun();
  private final ReentrantLock turn = new ReentrantLock(true);
  private final ExecutorService placing = threads(PLACED_AT_A_TIME);
  private final ExecutorService announcing = threads(1);
  private final Map<Integer, Attempt> attempts = new ConcurrentHashMap<>();
  private volatile boolean closed;

  Deliveries(Agent agent) {
    this.agent = agent;
  }

  /** Writing to the disk takes its time: on platform threads, so that no connection waits. */
  private static ExecutorService threads(int most) {
    var threads =
        new ThreadPoolExecutor(
            most,
            most,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // each torrent stands in it once
            Thread.ofPlatform().daemon().name("skep-handover").factory());
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** Once a second for each torrent that is moved by something. */
  void look(AgentTorrent torrent) throws IOException {
    Optional<Delivery> delivery = torrent.record().delivery();
    if (delivery.isEmpty() || delivery.get().stage() == Stage.DONE) {
      return;
    }
    if (isFoundInVain(torrent, delivery.get())) {
      LOG.log(Level.INFO, "{0}: what lies at its place is not its data", torrent.view().name());
      torrent.fetchTo(delivery.get(), delivery.get().incoming(torrent.infoHash()));
      return;
    }
    Stage stage = delivery.get().stage();
    Attempt last = attempts.getOrDefault(torrent.id(), Attempt.NONE);
    Attempt now = last.stage == stage || last.busy ? last : Attempt.at(stage);
    TorrentSnapshot view = torrent.view();
    boolean isTime =
        !closed
            && !now.busy
            && !agent.now().isBefore(now.notBefore)
            && view.transfer().isPresent()
            && view.record().movingTo().isEmpty()
            && view.status().totalBytes() > 0
            && view.isComplete();
    if (isTime) {
      attempts.put(torrent.id(), now.begun());
      ExecutorService threads = stage == Stage.FETCHING ? placing : announcing;
      threads.execute(() -> attempt(torrent, delivery.get(), now));
    }
  }

  /** Its files seemed to lie at its place, and are others. */
  private static boolean isFoundInVain(AgentTorrent torrent, Delivery delivery) {
    if (delivery.stage() != Stage.FETCHING || !torrent.record().place().seedOnly()) {
      return false;
    }
    TorrentSnapshot view = torrent.view();
    return view.transfer().isPresent()
        ? view.status().state() == State.FAILED
        : view.problem().isPresent();
  }

  private void attempt(AgentTorrent torrent, Delivery delivery, Attempt before) {
    if (closed || !attempts.containsKey(torrent.id())) {
      return; // it has waited for its turn, and is wanted no more
    }
    Stage stage = delivery.stage();
    Attempt next = Attempt.at(stage);
    try {
      if (stage == Stage.FETCHING) {
        next = new Attempt(stage, false, 0, agent.now().plus(MOVE_AGAIN), Optional.empty());
        place(torrent, delivery);
      } else {
        announce(torrent, delivery);
      }
    } catch (IOException e) {
      next = failed(torrent, stage, before.failures + 1, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a fault in skep: handing over " + torrent.infoHash().hex(), e);
      next =
          new Attempt(
              stage,
              false,
              before.failures + 1,
              agent.now().plus(MOVE_AGAIN),
              Optional.of("a fault in skep"));
    } finally {
      Attempt after = next;
      attempts.computeIfPresent(torrent.id(), (_, _) -> after);
    }
  }

  private Attempt failed(AgentTorrent torrent, Stage stage, int failures, String why) {
    if (closed) {
      return Attempt.at(stage);
    }
    String name = torrent.view().name();
    if (stage == Stage.FETCHING) {
      LOG.log(Level.WARNING, "{0} cannot be put at its place: {1}", name, why);
      return new Attempt(stage, false, failures, agent.now().plus(MOVE_AGAIN), Optional.of(why));
    }
    Settings set = agent.settings();
    boolean over = failures >= set.get(AgentKeys.ON_DONE_TRIES);
    LOG.log(
        Level.WARNING,
        "{0}: handing over failed, attempt {1}{2}: {3}",
        name,
        failures,
        over ? ", the last until the agent starts again" : "",
        why);
    Duration pause = set.get(AgentKeys.ON_DONE_PAUSE);
    Instant next = over ? Instant.MAX : agent.now().plus(pause);
    return new Attempt(stage, false, failures, next, Optional.of("on.done: " + why));
  }

  /** Why it is not handed over, if that failed. */
  Optional<String> trouble(int id) {
    return attempts.getOrDefault(id, Attempt.NONE).trouble;
  }

  // ---- To its place ----

  private void place(AgentTorrent torrent, Delivery delivery) throws IOException {
    TorrentRecord record = torrent.record();
    if (!delivery.isIncoming(record.place())) { // it was there, or somebody chose another place
      torrent.change(
          r -> {
            r.place = new Place(r.place.folder(), r.place.name(), false);
            r.delivery = r.delivery.map(d -> d.at(Stage.PLACED));
          });
      return;
    }
    String name = torrent.metainfo().orElseThrow().name();
    Handover.force(record.place().data(name));
    torrent.handOver(delivery, Handover.free(delivery, name, torrent.infoHash()));
  }

  // ---- Telling of it ----

  private void announce(AgentTorrent torrent, Delivery delivery)
      throws IOException, InterruptedException {
    turn.lockInterruptibly();
    try {
      Path data = data(torrent);
      if (delivery.current() && isNewest(torrent, delivery)) {
        Handover.switchCurrent(data);
      }
      Optional<HookCommand> command = agent.settings().get(AgentKeys.ON_DONE);
      if (command.isPresent()) {
        hook.run(
            words(command.get(), torrent, data),
            Files.isDirectory(data) ? data : torrent.record().place().folder(),
            agent.settings().get(AgentKeys.ON_DONE_TIME));
      }
    } finally {
      turn.unlock();
    }
    if (!closed) {
      torrent.change(r -> r.delivery = r.delivery.map(d -> d.at(Stage.DONE)));
      LOG.log(Level.INFO, "{0} is handed over", torrent.view().name());
    }
  }

  private static Path data(AgentTorrent torrent) {
    return torrent.record().place().data(torrent.metainfo().orElseThrow().name());
  }

  private static List<String> words(HookCommand command, AgentTorrent torrent, Path data)
      throws IOException {
    Map<String, String> values = new HashMap<>();
    values.put("path", data.toString());
    values.put("name", torrent.metainfo().orElseThrow().name());
    values.put("infohash", torrent.infoHash().hex());
    return command
        .filled(values)
        .orElseThrow(
            () -> new IOException("its name begins with '-' and would be taken for an option"));
  }

  // ---- The newest ----

  private boolean isNewest(AgentTorrent torrent, Delivery delivery) {
    return newest(delivery.folder(), Optional.empty()).filter(torrent::equals).isPresent();
  }

  private Optional<AgentTorrent> newest(Path folder, Optional<AgentTorrent> without) {
    @Nullable AgentTorrent newest = null;
    Instant latest = Instant.MIN;
    for (AgentTorrent each : agent.torrents()) {
      Optional<Delivery> to = each.record().delivery();
      if (to.isPresent()
          && to.get().current()
          && to.get().stage() != Stage.FETCHING
          && to.get().folder().equals(folder)
          && without.filter(each::equals).isEmpty()
          && !to.get().published().isBefore(latest)) {
        newest = each;
        latest = to.get().published();
      }
    }
    return Optional.ofNullable(newest);
  }

  /**
   * Before a torrent goes with its data: the link leads to the newest of the others.
   *
   * @return false if there is no other, so that it has to stay
   */
  boolean withdraw(AgentTorrent torrent) throws IOException, InterruptedException {
    TorrentRecord record = torrent.record();
    Optional<Delivery> delivery = record.delivery().filter(Delivery::current);
    if (delivery.isEmpty() || torrent.metainfo().isEmpty()) {
      return true;
    }
    turn.lockInterruptibly();
    try {
      if (!Handover.isCurrent(data(torrent))) {
        return true;
      }
      Optional<AgentTorrent> next = newest(delivery.get().folder(), Optional.of(torrent));
      if (next.isEmpty()) {
        return false;
      }
      Handover.switchCurrent(data(next.get()));
      next.get().change(r -> r.delivery = r.delivery.map(d -> d.at(Stage.PLACED)));
      return true;
    } finally {
      turn.unlock();
    }
  }

  /** It is gone. */
  void forget(int id) {
    attempts.remove(id);
  }

  @Override
  public void close() {
    closed = true;
    hook.close();
  }
}
