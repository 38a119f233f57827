package dev.skep.agent.report;

import dev.skep.agent.catalogue.TrackerAddress;
import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.discovery.TrackerClient;
import dev.skep.agent.discovery.TrackerException;
import dev.skep.agent.library.Delivery;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.service.Doctor;
import dev.skep.agent.service.TorrentSnapshot;
import dev.skep.agent.session.Transfer;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.HeldPieces;
import dev.skep.protocol.tracker.HostIdentity;
import dev.skep.protocol.tracker.TrackerReply;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Tells one tracker, in announces of their own that nobody else hears and that ask for no peers.
 * What swarms announce to it and to others carries none of it.
 */
final class Reporter {
  private static final Logger LOG = System.getLogger(Reporter.class.getName());
  private static final int AT_ONCE = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration LAST = Duration.ofMillis(500);
  private static final Duration FIRST_RETRY = Duration.ofSeconds(3);
  private static final Duration LAST_RETRY = Duration.ofMinutes(1);
  private static final int MOST_DOUBLINGS = 10;

  /** After so long it may want to hear of it after all. */
  private static final Duration REFUSED = Duration.ofMinutes(5);

  /** What is over, or was not for this tracker, is looked at again in so many turns. */
  private static final int REST_TURNS = 20;

  private final Agent agent;
  private final TrackerAddress tracker;
  private final HostIdentity us;
  private final Set<String> origins;
  private final boolean hearsAll;
  private final Semaphore sending = new Semaphore(AT_ONCE);
  private final Map<InfoHash, Course> courses = new HashMap<>();
  private long turns;
  private int failures;
  private long notBefore = System.nanoTime();

  /** How it went with one torrent so far. */
  private static final class Course {
    private final ReportPace pace;
    private boolean concerns;
    private boolean busy;
    private boolean refused;

    Course(long now, boolean concerns) {
      pace = new ReportPace(now);
      this.concerns = concerns;
    }
  }

  /**
   * @param origins the follows whose torrents it hears of
   * @param hearsAll whether it hears of others too that name it
   */
  Reporter(
      Agent agent, TrackerAddress tracker, HostIdentity us, Set<String> origins, boolean hearsAll) {
    this.agent = agent;
    this.tracker = tracker;
    this.us = us;
    this.origins = Set.copyOf(origins);
    this.hearsAll = hearsAll;
  }

  private boolean concerns(AgentTorrent torrent) {
    Optional<Delivery> delivery = torrent.record().delivery();
    return delivery.filter(to -> origins.contains(to.origin())).isPresent()
        || (hearsAll && isNamedBy(torrent));
  }

  private boolean isNamedBy(AgentTorrent torrent) {
    List<List<String>> tiers = torrent.record().trackers();
    if (tiers.isEmpty()) {
      tiers = torrent.metainfo().map(Metainfo::trackers).orElse(List.of());
    }
    String host = TrackerClient.host(tracker.announceUrl());
    return tiers.stream()
        .flatMap(List::stream)
        .anyMatch(url -> TrackerClient.host(url).equals(host));
  }

  /** Tells what is due. */
  void turn(long now) {
    List<TorrentSnapshot> views = awake(now).stream().map(AgentTorrent::view).toList();
    List<TorrentSnapshot> parts =
        views.stream().filter(view -> !HostStanding.isWhole(view)).toList();
    boolean hooks = agent.settings().get(AgentKeys.ON_DONE).isPresent();
    for (TorrentSnapshot view : views) {
      if (HostStanding.isWhole(view)) {
        HostStanding.ofWhole(view, agent.handoverTrouble(view.id()), hooks)
            .ifPresent(standing -> tell(view, standing, now));
      }
    }
    if (!parts.isEmpty()) { // looking for what limits one looks at all torrents of the agent
      List<Doctor.Diagnosis> found = agent.diagnose(parts);
      for (int i = 0; i < parts.size(); i++) {
        TorrentSnapshot view = parts.get(i);
        HostStanding.ofPart(view, found.get(i)).ifPresent(standing -> tell(view, standing, now));
      }
    }
  }

  /** Those of which there may be something to tell. */
  private synchronized List<AgentTorrent> awake(long now) {
    Collection<AgentTorrent> torrents = agent.torrents();
    courses
        .keySet()
        .retainAll(torrents.stream().map(AgentTorrent::infoHash).collect(Collectors.toSet()));
    boolean all = turns++ % REST_TURNS == 0;
    List<AgentTorrent> awake = new ArrayList<>();
    for (AgentTorrent torrent : torrents) {
      Course course =
          courses.computeIfAbsent(torrent.infoHash(), _ -> new Course(now, concerns(torrent)));
      course.concerns = all ? concerns(torrent) : course.concerns;
      if (course.concerns && !course.busy && (all || !course.pace.rests())) {
        awake.add(torrent);
      }
    }
    return awake;
  }

  private synchronized void tell(TorrentSnapshot view, HostStanding seen, long now) {
    Course course = courses.get(view.record().infoHash());
    if (course == null) {
      return;
    }
    HostStanding standing = course.pace.lasting(seen, now);
    if (now - notBefore >= 0 && course.pace.isDue(standing, now) && sending.tryAcquire()) {
      course.busy = true;
      boolean pieces = course.pace.wantsPieces(standing, now);
      Thread.ofVirtual().name("skep-report").start(() -> send(view, standing, course, pieces));
    }
  }

  private void send(
      TorrentSnapshot view, HostStanding standing, Course course, boolean wantsPieces) {
    Optional<String> failure = Optional.empty();
    try {
      Optional<HeldPieces> held = wantsPieces ? pieces(view) : Optional.empty();
      String url = tracker.announceUrl() + "?" + standing.of(us, held).toQuery();
      AnnounceRequest request = announcement(view).numwant(0).build();
      switch (agent.session().announce(url, request, PATIENCE)) {
        case AnnounceResponse heard -> heard(course, standing, held.isPresent(), heard.interval());
        case TrackerReply.Failure refusal -> refused(view, course, standing, refusal.reason());
      }
    } catch (TrackerException e) {
      failure = Optional.of(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a fault in skep: reporting", e);
      failure = Optional.of("a fault in skep");
    } finally {
      over(course, failure);
      sending.release();
    }
  }

  /** Which are here, if that can be said in a few bytes. */
  private static Optional<HeldPieces> pieces(TorrentSnapshot view) {
    return view.transfer()
        .map(Transfer::verified)
        .filter(verified -> verified.size() > 0)
        .flatMap(verified -> HeldPieces.of(verified.toBytes()));
  }

  /** One that is not at work is {@code stopped}: nobody is to come and fetch from it. */
  private AnnounceRequest.Builder announcement(TorrentSnapshot view) {
    AnnounceRequest.Builder announcement =
        view.transfer()
            .map(Transfer::announcement)
            .orElseGet(
                () ->
                    agent
                        .session()
                        .announcement(view.record().infoHash())
                        .left(view.torrentBytes()));
    return switch (view.status().state()) {
      case ASKING, DOWNLOADING, SEEDING -> announcement;
      case CHECKING, QUEUED, PAUSED, FAILED -> announcement.event(AnnounceEvent.STOPPED);
    };
  }

  private synchronized void heard(
      Course course, HostStanding standing, boolean pieces, Duration interval) {
    long now = System.nanoTime();
    course.pace.told(standing, interval, now);
    if (pieces) {
      course.pace.toldPieces(now);
    }
    if (failures > 0) {
      failures = 0;
      LOG.log(Level.INFO, "{0} hears again how far this host is", tracker.base());
    }
  }

  /** It does not want to hear of this one: others are told as ever. */
  private synchronized void refused(
      TorrentSnapshot view, Course course, HostStanding standing, String why) {
    course.pace.told(standing, REFUSED, System.nanoTime());
    if (!course.refused) {
      course.refused = true;
      LOG.log(
          Level.WARNING,
          "{0} does not want to hear how far {1} is: {2}",
          tracker.base(),
          view.name(),
          fitForLogs(why));
    }
  }

  private synchronized void over(Course course, Optional<String> failure) {
    course.busy = false;
    if (failure.isEmpty() || System.nanoTime() - notBefore < 0) {
      return; // those that fail together are one failure
    }
    if (failures == 0) {
      LOG.log(
          Level.WARNING,
          "{0} does not hear how far this host is: {1}; it is tried again",
          tracker.base(),
          fitForLogs(failure.get()));
    }
    long wait = Math.min(LAST_RETRY.toMillis(), FIRST_RETRY.toMillis() << failures);
    failures = Math.min(failures + 1, MOST_DOUBLINGS);
    // Hosts that lost the same tracker must not all come back in the same second.
    long spread = ThreadLocalRandom.current().nextLong(wait / 2 + 1);
    notBefore = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(wait / 2 + spread);
  }

  /** A failure may tell the URL, which has secrets in it. */
  private String fitForLogs(String text) {
    String shown = text.replaceAll("\\?skep_host=[^ :]*", "").replace(us.id(), "…");
    return tracker.passkey().map(key -> shown.replace(key, "…")).orElse(shown);
  }

  /** Waits a moment for what is being told: it must not come after a goodbye. */
  void close() {
    try {
      boolean _ = sending.tryAcquire(AT_ONCE, LAST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
