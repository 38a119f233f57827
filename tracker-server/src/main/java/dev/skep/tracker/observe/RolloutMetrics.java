package dev.skep.tracker.observe;

import dev.skep.tracker.rollout.ReportTallies;
import dev.skep.tracker.rollout.Rollout;
import dev.skep.tracker.rollout.RolloutKeeping;
import dev.skep.tracker.rollout.RolloutSummary;
import dev.skep.tracker.rollout.Rollouts;
import dev.skep.tracker.webhook.WebhookTallies;
import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.Gauge;
import io.helidon.metrics.api.Meter;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.Metrics;
import io.helidon.metrics.api.Tag;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What {@code /metrics} shows of rollouts: what hosts and webhooks do, and each rollout that has a
 * name in metrics. One that runs goes before others of its name, and one that ended stays until
 * others need its place.
 */
@Dependent
final class RolloutMetrics {
  private final MeterRegistry registry = Metrics.globalRegistry();
  private final Map<String, List<Meter>> meters = new HashMap<>();
  private volatile Map<String, Rollout> named = Map.of();

  private RolloutMetrics() {}

  static void register(
      @Observes @Initialized(ApplicationScoped.class) Object event, Vitals vitals) {
    var metrics = new RolloutMetrics();
    Rollouts rollouts = vitals.rollouts();
    metrics.addTallies(rollouts, vitals.webhooks());
    vitals.eachRound(() -> metrics.look(rollouts));
  }

  private void addTallies(Rollouts rollouts, WebhookTallies webhooks) {
    gauge("rollouts", "Rollouts that run", List.of(), () -> rollouts.running().size());
    gauge(
        "known_hosts", "Machines whose agents said who they are", List.of(), rollouts::knownHosts);
    gauge(
        "known_hosts_bytes",
        "Heap that known machines take, as it is counted",
        List.of(),
        rollouts::knownHostBytes);
    gauge("rollout_rows", "Hosts of all rollouts together", List.of(), rollouts::rows);
    ReportTallies reports = rollouts.tallies();
    counter("host_reports", "Reports of hosts", "outcome", "taken", reports.taken());
    counter("host_reports", "Reports of hosts", "outcome", "wrong", reports.wrong());
    counter("host_reports", "Reports of hosts", "outcome", "ignored", reports.ignored());
    counter("host_reports", "Reports of hosts", "outcome", "alien", reports.alien());
    counter("host_reports", "Reports of hosts", "outcome", "full", reports.full());
    counter(
        "evicted_hosts", "Known machines that gave way at a limit", List.of(), reports.gaveWay());
    counter("webhooks", "Calls of webhooks", "outcome", "delivered", webhooks.delivered());
    counter("webhooks", "Calls of webhooks", "outcome", "failed", webhooks.failed());
    counter("webhooks", "Calls of webhooks", "outcome", "given_up", webhooks.givenUp());
  }

  /** Shows those that have a name now, and no others. */
  private void look(Rollouts rollouts) {
    Map<String, Rollout> now = named(rollouts.newestFirst());
    named = now;
    now.keySet().forEach(name -> meters.computeIfAbsent(name, this::add));
    meters.entrySet().removeIf(one -> !now.containsKey(one.getKey()) && remove(one.getValue()));
  }

  private static Map<String, Rollout> named(List<Rollout> newestFirst) {
    var named = new LinkedHashMap<String, Rollout>();
    Stream.concat(
            newestFirst.stream().filter(one -> !one.state().isEnd()),
            newestFirst.stream().filter(one -> one.state().isEnd()))
        .filter(rollout -> rollout.plan().metrics().isPresent())
        .forEach(
            rollout -> {
              if (named.size() < RolloutKeeping.MOST_METRICS) {
                named.putIfAbsent(rollout.plan().metrics().get(), rollout);
              }
            });
    return Map.copyOf(named);
  }

  private List<Meter> add(String name) {
    return List.of(
        hosts(name, "done", RolloutSummary::done),
        hosts(name, "downloading", RolloutSummary::downloading),
        hosts(name, "stalled", RolloutSummary::stalled),
        hosts(name, "failed", RolloutSummary::failed),
        hosts(name, "waiting", RolloutSummary::waiting),
        hosts(name, "unseen", RolloutSummary::unseen),
        one("rollout_needed", "Hosts that have to be done", name, RolloutSummary::needed),
        one("rollout_late", "Hosts not done after the deadline", name, RolloutSummary::late),
        one("rollout_progress_ratio", "How much is there", name, RolloutSummary::progress));
  }

  private Meter hosts(String name, String state, ToDoubleFunction<RolloutSummary> value) {
    return gauge(
        "rollout_hosts",
        "Hosts of a rollout",
        List.of(Tag.create("rollout", name), Tag.create("state", state)),
        () -> valueOf(name, value));
  }

  private Meter one(
      String meter, String about, String name, ToDoubleFunction<RolloutSummary> value) {
    return gauge(meter, about, List.of(Tag.create("rollout", name)), () -> valueOf(name, value));
  }

  private double valueOf(String name, ToDoubleFunction<RolloutSummary> value) {
    return Optional.ofNullable(named.get(name))
        .map(rollout -> value.applyAsDouble(rollout.summary()))
        .orElse(Double.NaN);
  }

  private boolean remove(List<Meter> some) {
    some.forEach(registry::remove);
    return true;
  }

  private Meter gauge(String name, String about, List<Tag> tags, Supplier<Number> value) {
    return registry.getOrCreate(
        Gauge.builder("skep_tracker_" + name, () -> value.get().doubleValue())
            .description(about)
            .tags(tags));
  }

  private void counter(String name, String about, String tag, String value, LongAdder adder) {
    counter(name, about, List.of(Tag.create(tag, value)), adder);
  }

  private void counter(String name, String about, List<Tag> tags, LongAdder adder) {
    registry.getOrCreate(
        FunctionalCounter.builder("skep_tracker_" + name, adder, LongAdder::sum)
            .description(about)
            .tags(tags));
  }
}
