package dev.skep.agent.service;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.config.LabelLimit;
import dev.skep.agent.session.SharedRate;
import dev.skep.service.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What torrents with a label share: a rate for each label that a torrent has, limited or not. */
final class LabelRates {
  private final Map<String, SharedRate> rates = new ConcurrentHashMap<>();
  private volatile List<LabelLimit> limits = List.of();

  /** Those of a torrent with these labels. */
  List<SharedRate> of(List<String> labels) {
    return labels.stream().map(label -> rates.computeIfAbsent(label, this::rate)).toList();
  }

  private SharedRate rate(String label) {
    SharedRate rate = new SharedRate();
    limit(label, rate);
    return rate;
  }

  private void limit(String label, SharedRate rate) {
    Optional<LabelLimit> limit =
        limits.stream().filter(each -> each.label().equals(label)).findFirst();
    rate.limit(
        limit.map(LabelLimit::downBytesPerSecond).orElse(0L),
        limit.map(LabelLimit::upBytesPerSecond).orElse(0L));
  }

  /** Holds at once. */
  void follow(Settings set) {
    List<LabelLimit> next = set.get(AgentKeys.LABEL_LIMITS);
    if (!next.equals(limits)) {
      limits = next;
      rates.forEach(this::limit);
    }
  }

  /** Whether one of them is limited now. */
  boolean isLimited(List<String> labels) {
    return limits.stream().anyMatch(limit -> labels.contains(limit.label()));
  }
}
