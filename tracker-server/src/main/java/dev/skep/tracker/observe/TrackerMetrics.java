package dev.skep.tracker.observe;

import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.http.admission.HttpTallies;
import dev.skep.tracker.swarm.SwarmTallies;
import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.Gauge;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.Metrics;
import io.helidon.metrics.api.Tag;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** What {@code /metrics} shows beside what the server and the JVM tell of themselves. */
@Dependent
final class TrackerMetrics {
  private final MeterRegistry registry = Metrics.globalRegistry();

  private TrackerMetrics() {}

  static void register(
      @Observes @Initialized(ApplicationScoped.class) Object event, Vitals vitals) {
    var metrics = new TrackerMetrics();
    metrics.addSwarms(vitals);
    metrics.addAnswers(vitals, vitals.counters());
    metrics.addHttp(vitals, vitals.http());
    vitals.refusedChanges().forEach(metrics::addRefusedChanges);
    metrics.addSaving(vitals);
  }

  private void addSwarms(Vitals vitals) {
    SwarmTallies tallies = vitals.tallies();
    gauge("torrents", "Swarms there are", () -> tallies.torrents().get());
    gauge("registered_torrents", "Torrents in the catalogue", vitals::registeredTorrents);
    gauge("catalogue_bytes", "Bytes of the catalogue's .torrent files", vitals::catalogueBytes);
    gauge(
        "access_lost",
        "1 while announces are refused because access lists were lost",
        () -> vitals.accessConfirmed() ? 0 : 1);
    gauge("seeders", "Peers that have everything", () -> tallies.seeders().sum());
    gauge("leechers", "Peers that do not", tallies::leechers);
    gauge("interval_seconds", "Announce interval", () -> vitals.interval().toSeconds());
    counter("completed", "Downloads that ended", tallies.completed());
    counter(
        "uncounted_completed",
        "Ends of downloads that did not count: told again, or too many of their address",
        tallies.uncountedCompleted());
    counter("expired_peers", "Peers forgotten after their timeout", tallies.expired());
    counter("evicted_peers", "Peers that gave way at a limit", tallies.evicted());
    counter("refused_torrents", "Swarms refused at a limit", tallies.refusedTorrents());
    gauge("swarm_bytes", "Heap that swarms take, as it is counted", () -> tallies.bytes().get());
    counter(
        "evicted_torrents",
        "Small swarms of who brought many that gave way",
        tallies.evictedTorrents());
    counter(
        "hasty_torrents",
        "Swarms refused because their address brought too many within a minute",
        tallies.hastyTorrents());
    counter(
        "crowded_out_peers",
        "Announces of peers not taken in because their address has too many ports in the swarm",
        tallies.crowdedOut());
    counter("refused_peers", "Peers refused at a limit", tallies.refusedPeers());
  }

  private void addAnswers(Vitals vitals, TrackerCounters counters) {
    counter("announces", "Announces answered", counters.httpAnnounces(), protocol("http"));
    counter("announces", "Announces answered", counters.udpAnnounces(), protocol("udp"));
    counter("scrapes", "Scrapes answered", counters.httpScrapes(), protocol("http"));
    counter("scrapes", "Scrapes answered", counters.udpScrapes(), protocol("udp"));
    counter(
        "failures", "Requests answered with a failure", counters.httpFailures(), protocol("http"));
    counter("failures", "Requests answered with a failure", counters.udpErrors(), protocol("udp"));
    gauge("http_connections", "HTTP connections open now", () -> counters.httpConnections().get());
    counter(
        "http_turned_away",
        "HTTP connections closed because there were too many",
        counters.httpTurnedAway());
    counter(
        "http_crowded_out",
        "HTTP connections closed because there were too many of their address",
        counters.httpCrowdedOut());
    counter(
        "http_shed",
        "HTTP connections reset because too many waited for their turn",
        counters.httpShed());
    counter("refused", "Announces refused by access rules or limits", counters.refused());
    counter(
        "api_limited",
        "Pages, lists and files refused because their address asked too often",
        vitals.askedTooOften());
    counter("wrong_tokens", "Wrong admin tokens that were sent", vitals.wrongTokens());
    counter("udp_connects", "UDP connects answered", counters.udpConnects());
    counter("udp_ignored", "Datagrams not answered", counters.udpIgnored());
    counter("udp_unsent", "Answers the system would not send", counters.udpUnsent());
  }

  private void addHttp(Vitals vitals, HttpTallies tallies) {
    gauge("http_unsent_bytes", "Bytes of HTTP answers not taken yet", tallies.unsentBytes()::get);
    gauge("http_requests", "Pages, API and metrics requests handled now", tallies.requests()::get);
    gauge("http_waiting_requests", "Such requests that wait now", tallies.waiting()::get);
    gauge("http_waiting_connections", "HTTP connections not served yet", vitals::arrivals);
    gauge(
        "http_connections_limit",
        "HTTP connections there may be at a time",
        () -> vitals.httpLimits().connections().most());
    gauge(
        "http_unsent_limit_bytes",
        "Bytes of HTTP answers that may wait to be taken",
        () -> vitals.httpLimits().answers().bytes());
    counter(
        "http_refused_requests",
        "Requests answered with 503 because too many waited",
        tallies.refusedRequests());
    counter(
        "http_wrong_requests",
        "Requests answered with 400, 413 or 414: wrong or too long",
        tallies.wrongRequests());
    gauge("event_streams", "Event streams open now", vitals::openStreams);
    counter("refused_streams", "Event streams refused at a limit", vitals.refusedStreams());
    counter(
        "unchanged_answers",
        "Followers told that the catalogue has not changed",
        vitals.unchangedAnswers());
    counter(
        "shared_answers",
        "Lists and .torrent files of the catalogue answered as to somebody before",
        vitals.sharedAnswers());
    counter(
        "retired_torrents",
        "Torrents removed since newer ones of their labels came",
        vitals.retiredTorrents());
    gauge("upload_bytes", "Bytes of .torrent files being registered", vitals::uploadBytes);
    counter(
        "refused_uploads",
        "Uploads refused because too many bytes were being registered",
        vitals.refusedUploads());
    registry.getOrCreate(
        FunctionalCounter.builder("skep_tracker_log_lines_left_out", this, _ -> LogFilter.leftOut())
            .description("Lines left out of the log because they were too many"));
    counter(
        "http_gave_way",
        "HTTP connections closed to make room for another's answer or connection",
        tallies.gaveWay());
    counter(
        "http_late",
        "HTTP connections closed because a request did not come, or an answer was not taken",
        tallies.late());
  }

  private void addRefusedChanges(String limit, LongAdder times) {
    counter(
        "refused_changes",
        "Torrents and rollouts that whoever may publish sent, and that there was no room for",
        times,
        Tag.create("limit", limit));
  }

  private void addSaving(Vitals vitals) {
    count("saved_swarms", "Images of swarms saved", vitals, v -> v.saving().savedSwarms());
    count("saved_bytes", "Bytes of images saved", vitals, v -> v.saving().savedBytes());
    count("save_failures", "Saves that failed", vitals, v -> v.saving().failures());
    gauge(
        "save_age_seconds",
        "Time since the last good save",
        () -> vitals.saving().sinceSaved().toMillis() / 1000.0);
    gauge(
        "save_duration_seconds",
        "How long the last save of swarms took",
        () -> vitals.saving().lastSaveTook().toNanos() / 1e9);
    gauge(
        "store_damaged",
        "1 if the store found at the start was damaged and set aside",
        () -> vitals.saving().damage().isPresent() ? 1 : 0);
  }

  private static Tag protocol(String name) {
    return Tag.create("protocol", name);
  }

  private void gauge(String name, String about, Supplier<? extends Number> value) {
    registry.getOrCreate(
        Gauge.builder("skep_tracker_" + name, () -> value.get().doubleValue()).description(about));
  }

  private void counter(String name, String about, LongAdder adder, Tag... tags) {
    registry.getOrCreate(
        FunctionalCounter.builder("skep_tracker_" + name, adder, LongAdder::sum)
            .description(about)
            .tags(java.util.List.of(tags)));
  }

  private void count(String name, String about, Vitals vitals, ToLongFunction<Vitals> value) {
    registry.getOrCreate(
        FunctionalCounter.builder("skep_tracker_" + name, vitals, value::applyAsLong)
            .description(about));
  }
}
