package dev.skep.tracker;

import dev.skep.tracker.access.Readers;
import dev.skep.tracker.admin.CatalogueFront;
import dev.skep.tracker.admin.EventStreams;
import dev.skep.tracker.admin.Uploads;
import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.http.admission.Arrivals;
import dev.skep.tracker.http.admission.HttpSettings;
import dev.skep.tracker.http.admission.HttpTallies;
import dev.skep.tracker.observe.Vitals;
import dev.skep.tracker.persistence.SavingStatus;
import dev.skep.tracker.rollout.RolloutKeeping;
import dev.skep.tracker.rollout.Rollouts;
import dev.skep.tracker.swarm.SwarmTallies;
import dev.skep.tracker.udp.UdpServer;
import dev.skep.tracker.webhook.WebhookTallies;
import dev.skep.tracker.webhook.Webhooks;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Shows a tracker to those who observe it. */
record TrackerVitals(
    Tracker tracker,
    Readers readers,
    HttpTallies http,
    Arrivals waitingConnections,
    Uploads uploads,
    EventStreams eventStreams,
    CatalogueFront catalogueFront)
    implements Vitals {
  @Override
  public boolean udpRuns() {
    return tracker.udp().map(UdpServer::isRunning).orElse(true);
  }

  @Override
  public Duration sinceHeartbeat() {
    return Duration.ofNanos(tracker.heartbeat().sinceBeatNanos());
  }

  @Override
  public SavingStatus saving() {
    return tracker.saver().status();
  }

  @Override
  public SwarmTallies tallies() {
    return tracker.swarms().tallies();
  }

  @Override
  public TrackerCounters counters() {
    return tracker.announces().counters();
  }

  @Override
  public HttpSettings httpLimits() {
    return tracker.roomSettings().http();
  }

  @Override
  public int arrivals() {
    return waitingConnections.waiting();
  }

  @Override
  public long uploadBytes() {
    return uploads.bytes();
  }

  @Override
  public LongAdder refusedUploads() {
    return uploads.refused();
  }

  @Override
  public int openStreams() {
    return eventStreams.open();
  }

  @Override
  public LongAdder refusedStreams() {
    return eventStreams.refused();
  }

  @Override
  public LongAdder unchangedAnswers() {
    return catalogueFront.unchanged();
  }

  @Override
  public LongAdder sharedAnswers() {
    return catalogueFront.shared();
  }

  @Override
  public LongAdder retiredTorrents() {
    return tracker.retention().retired();
  }

  @Override
  public int registeredTorrents() {
    return tracker.catalogue().size();
  }

  @Override
  public Map<String, LongAdder> refusedChanges() {
    Catalogue.Refused torrents = tracker.catalogue().refused();
    RolloutKeeping.Refused rollouts = tracker.keeping().refused();
    return Map.of(
        "registered", torrents.torrents(),
        "catalogue", torrents.bytes(),
        "rollouts", rollouts.running(),
        "rollout.hosts", rollouts.hosts(),
        "rollout.metrics", rollouts.metrics());
  }

  @Override
  public Rollouts rollouts() {
    return tracker.rollouts();
  }

  @Override
  public WebhookTallies webhooks() {
    return tracker.webhooks().map(Webhooks::tallies).orElseGet(WebhookTallies::new);
  }

  @Override
  public void eachRound(Runnable onlooker) {
    tracker.rounds().each(onlooker);
  }

  @Override
  public long catalogueBytes() {
    return tracker.catalogue().metainfoBytes();
  }

  @Override
  public boolean accessConfirmed() {
    return tracker.access().confirmed();
  }

  @Override
  public Duration interval() {
    return tracker.announces().interval();
  }

  @Override
  public LongAdder askedTooOften() {
    return readers.tooOften();
  }

  @Override
  public LongAdder wrongTokens() {
    return tracker.administrators().wrong();
  }
}
