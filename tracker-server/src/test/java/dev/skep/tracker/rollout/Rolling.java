package dev.skep.tracker.rollout;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.HostIdentity;
import dev.skep.protocol.tracker.HostReport;
import dev.skep.protocol.tracker.HostReport.State;
import dev.skep.tracker.catalogue.KeptInMemory;
import dev.skep.tracker.swarm.Announce;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/** Rollouts on a clock that the test moves, kept in memory, and short ways to them. */
public final class Rolling implements RolloutKeeping.Keeper {
  static final Duration INTERVAL = Duration.ofSeconds(15);
  static final Duration PATIENCE = Duration.ofMinutes(2);
  static final Rollouts.Limits LIMITS = new Rollouts.Limits(50, 20, 20 << 10, 5, 2);

  final KeptInMemory kept = new KeptInMemory();
  final InfoHash torrent;
  final Map<String, SavedRollout> saved = new HashMap<>();
  List<KnownHost> savedHosts = List.of();
  int saves;
  boolean broken;

  /** Happens when a rollout has been saved. */
  Runnable meanwhile = () -> {};

  public Rollouts rollouts;
  Reporting reporting;
  public RolloutKeeping keeping;
  private final List<Cidr> reportsFrom;
  private final Rollouts.Limits limits;

  public Rolling() throws Exception {
    this(List.of(), LIMITS);
  }

  public Rolling(Rollouts.Limits limits) throws Exception {
    this(List.of(), limits);
  }

  Rolling(List<Cidr> reportsFrom) throws Exception {
    this(reportsFrom, LIMITS);
  }

  private Rolling(List<Cidr> reportsFrom, Rollouts.Limits limits) throws Exception {
    this.reportsFrom = reportsFrom;
    this.limits = limits;
    this.torrent = kept.publish(0, "site.tar", "web"); // has 1000 bytes
    start();
  }

  /** As after a start: of what was before only that is known which was kept. */
  void start() {
    var settings =
        new Rollouts.Settings(
            INTERVAL,
            PATIENCE,
            reportsFrom,
            List.of(List.of(Cidr.parse("10.1.0.0/16")), List.of(Cidr.parse("2001:db8::/32"))),
            limits);
    rollouts = new Rollouts(settings, this::now);
    reporting = new Reporting(rollouts, kept.catalogue);
    rollouts.restore(saved.values(), savedHosts);
    keeping =
        new RolloutKeeping(
            rollouts,
            this,
            new RolloutKeeping.Settings(3, 2, Duration.ofDays(7)),
            new Random(saves));
  }

  public Moment now() {
    Instant now = kept.instant();
    return new Moment(now, Duration.between(KeptInMemory.BEGAN, now).toNanos());
  }

  public void pass(Duration time) {
    kept.pass(time);
    rollouts.tick();
  }

  // ---- plans

  public RolloutPlan plan(RolloutPlan.Target target) {
    return new RolloutPlan(
        new RolloutPlan.Torrent(torrent, "site.tar", 1000),
        target,
        Optional.empty(),
        RolloutPlan.Done.VERIFIED,
        List.of(),
        Optional.empty());
  }

  public static RolloutPlan.Target named(String... hosts) {
    return new RolloutPlan.Target(
        List.of(hosts), List.of(), List.of(), List.of(), OptionalInt.empty());
  }

  static RolloutPlan.Target labelled(String... labels) {
    return new RolloutPlan.Target(
        List.of(), List.of(labels), List.of(), List.of(), OptionalInt.empty());
  }

  static RolloutPlan.Target inNetwork(String block) {
    return new RolloutPlan.Target(
        List.of(), List.of(), List.of(block), List.of(), OptionalInt.empty());
  }

  static RolloutPlan.Target anyOf(int count) {
    return new RolloutPlan.Target(
        List.of(), List.of(), List.of(), List.of(), OptionalInt.of(count));
  }

  public static RolloutPlan until(RolloutPlan plan, Instant deadline) {
    return new RolloutPlan(
        plan.torrent(),
        plan.target(),
        Optional.of(deadline),
        plan.done(),
        plan.webhooks(),
        plan.metrics());
  }

  static RolloutPlan hooked(RolloutPlan plan) {
    return new RolloutPlan(
        plan.torrent(),
        plan.target(),
        plan.deadline(),
        RolloutPlan.Done.HOOKED,
        plan.webhooks(),
        plan.metrics());
  }

  public static RolloutPlan telling(RolloutPlan plan, String... webhooks) {
    return new RolloutPlan(
        plan.torrent(),
        plan.target(),
        plan.deadline(),
        plan.done(),
        List.of(webhooks).stream().map(URI::create).toList(),
        plan.metrics());
  }

  Rollout create(RolloutPlan.Target target) throws Exception {
    return keeping.create(plan(target));
  }

  // ---- hosts

  /** A host whose id follows from its name, as it is right. */
  public static HostIdentity host(String name, String... labels) {
    return new HostIdentity(
        name, "%032x".formatted(name.hashCode() & 0xffffffffL), List.of(labels));
  }

  static HostIdentity alien(String name) {
    return new HostIdentity(name, "f".repeat(32), List.of());
  }

  static IpAddress at(String address) {
    return IpAddress.of(InetAddress.ofLiteral(address));
  }

  /** Somebody for whom no secret vouches follows the catalogue. */
  void present(HostIdentity who, IpAddress from) {
    reporting.present(who, from, false);
  }

  void present(String name, String from, boolean vouched) {
    reporting.present(host(name), at(from), vouched);
    pass(Duration.ofMillis(1));
  }

  Optional<Duration> fetching(String name, long left, long downloaded) {
    return says(host(name), State.FETCHING, "", left, downloaded, "10.1.0.7");
  }

  public Optional<Duration> verified(String name) {
    return says(host(name), State.VERIFIED, "", 0, 1000, "10.1.0.7");
  }

  public Optional<Duration> says(
      HostIdentity host, State state, String reason, long left, long downloaded, String from) {
    return says(host, state, reason, announce(left, downloaded, from));
  }

  Optional<Duration> says(HostIdentity host, State state, String reason, Announce announce) {
    return reporting.take(new HostReport(host, state, Optional.of(reason)), announce, false);
  }

  Announce announce(long left, long downloaded, String from) {
    var announce = new Announce();
    announce.torrent(torrent);
    announce.from(at(from), 7001);
    announce.leftBytes = left;
    announce.downloadedBytes = downloaded;
    announce.event = AnnounceEvent.NONE;
    return announce;
  }

  static HostRow row(Rollout rollout, String name) {
    return rollout.host(name).orElseThrow();
  }

  static HostState state(Rollout rollout, String name) {
    return row(rollout, name).status().state();
  }

  // ---- keeper

  @Override
  public void put(SavedRollout rollout) throws IOException {
    failIfBroken();
    saves++;
    saved.put(rollout.id(), rollout);
    meanwhile.run();
  }

  @Override
  public void forgetRollout(String id) throws IOException {
    failIfBroken();
    saved.remove(id);
  }

  @Override
  public void putHosts(List<KnownHost> hosts) throws IOException {
    failIfBroken();
    saves++;
    savedHosts = hosts;
  }

  private void failIfBroken() throws IOException {
    if (broken) {
      throw new IOException("the disk is full");
    }
  }
}
