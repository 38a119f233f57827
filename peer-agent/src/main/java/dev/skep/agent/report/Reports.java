package dev.skep.agent.report;

import dev.skep.agent.catalogue.TrackerAddress;
import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.follow.Follows;
import dev.skep.agent.follow.Introduction;
import dev.skep.agent.service.Agent;
import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Settings;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All trackers that are told how far this host is: those that are followed, and who is named. */
public final class Reports implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Reports.class.getName());
  private static final long TURN_MILLIS = 500;

  private final List<Reporter> reporters;
  private final CountDownLatch closed = new CountDownLatch(1);

  private Reports(List<Reporter> reporters) {
    this.reporters = reporters;
  }

  /**
   * Begins to tell.
   *
   * @throws BadSettingException if one that is named is no tracker's URL
   */
  public static Reports open(Agent agent) throws BadSettingException, IOException {
    Settings set = agent.settings();
    List<TrackerAddress> named = named(set);
    Map<URI, TrackerAddress> trackers = new LinkedHashMap<>();
    Stream.concat(followed(set).stream(), named.stream())
        .forEach(at -> trackers.merge(at.base(), at, Reports::withPasskey));
    List<Reporter> reporters = new ArrayList<>();
    Reports reports = new Reports(reporters);
    if (!trackers.isEmpty()) {
      Introduction us = Introduction.of(agent);
      for (TrackerAddress at : trackers.values()) {
        boolean hearsAll = named.stream().anyMatch(each -> each.base().equals(at.base()));
        reporters.add(new Reporter(agent, at, us.to(at.base()), origins(set, at), hearsAll));
      }
      Thread.ofPlatform().daemon().name("skep-report").start(reports::run);
    }
    return reports;
  }

  private static TrackerAddress withPasskey(TrackerAddress one, TrackerAddress other) {
    return one.passkey().isPresent() ? one : other;
  }

  private static List<TrackerAddress> followed(Settings set) {
    return set.get(AgentKeys.FOLLOW).stream()
        .flatMap(follow -> TrackerAddress.parse(follow.tracker()).stream())
        .toList();
  }

  private static Set<String> origins(Settings set, TrackerAddress at) {
    return set.get(AgentKeys.FOLLOW).stream()
        .filter(follow -> TrackerAddress.isOf(at.base(), follow.tracker()))
        .map(follow -> Follows.origin(at.base(), follow.label()))
        .collect(Collectors.toSet());
  }

  private static List<TrackerAddress> named(Settings set) throws BadSettingException {
    List<TrackerAddress> named = new ArrayList<>();
    for (String url : set.get(AgentKeys.REPORTS)) {
      named.add(
          TrackerAddress.parse(url)
              .orElseThrow(
                  () ->
                      new BadSettingException(
                          "%s: '%s' is no tracker's URL; write http://HOST:6969"
                              .formatted(AgentKeys.REPORTS.name(), url))));
    }
    return named;
  }

  private void run() {
    try {
      while (!closed.await(TURN_MILLIS, TimeUnit.MILLISECONDS)) {
        reporters.forEach(Reports::turn);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void turn(Reporter reporter) {
    try {
      reporter.turn(System.nanoTime());
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a fault in skep: reporting", e);
    }
  }

  /** Tells nothing any more; what is being told is waited for, but not long. */
  @Override
  public void close() {
    closed.countDown();
    reporters.forEach(Reporter::close);
  }
}
