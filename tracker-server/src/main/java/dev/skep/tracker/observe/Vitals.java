package dev.skep.tracker.observe;

import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.http.admission.HttpSettings;
import dev.skep.tracker.http.admission.HttpTallies;
import dev.skep.tracker.persistence.SavingStatus;
import dev.skep.tracker.rollout.Rollouts;
import dev.skep.tracker.swarm.SwarmTallies;
import dev.skep.tracker.webhook.WebhookTallies;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What is observed of a running tracker. */
public interface Vitals {
  /** Whether every UDP thread runs; true when UDP is switched off. */
  boolean udpRuns();

  /** How long ago the swarms' clock last moved. */
  Duration sinceHeartbeat();

  SavingStatus saving();

  SwarmTallies tallies();

  TrackerCounters counters();

  HttpTallies http();

  /** What of HTTP there may be, as far as this process has room for it. */
  HttpSettings httpLimits();

  /** HTTP connections that wait to be served. */
  int arrivals();

  /** Bytes of .torrent files that are being registered. */
  long uploadBytes();

  /** Uploads that were refused because too many bytes were being registered. */
  LongAdder refusedUploads();

  /** Event streams that are open. */
  int openStreams();

  /** Event streams that were refused because there were too many. */
  LongAdder refusedStreams();

  /** Followers that were told that the catalogue has not changed. */
  LongAdder unchangedAnswers();

  /** Lists and .torrent files that were answered as somebody was before. */
  LongAdder sharedAnswers();

  /** Torrents that were removed from the catalogue because newer ones of their labels came. */
  LongAdder retiredTorrents();

  int registeredTorrents();

  /** By limit, torrents and rollouts that there was no room for. */
  Map<String, LongAdder> refusedChanges();

  /** Rollouts and hosts. */
  Rollouts rollouts();

  /** What became of webhooks. */
  WebhookTallies webhooks();

  /** Runs something about once a second, after rollouts were looked at. */
  void eachRound(Runnable onlooker);

  /** Requests for pages, lists and files that were refused since their address asked too often. */
  LongAdder askedTooOften();

  /** Wrong admin tokens that were sent. */
  LongAdder wrongTokens();

  /** Bytes of the catalogue's .torrent files. */
  long catalogueBytes();

  /** Whether access lists are known; if not, no announce is served. */
  boolean accessConfirmed();

  /** The interval that peers are told now. */
  Duration interval();
}
