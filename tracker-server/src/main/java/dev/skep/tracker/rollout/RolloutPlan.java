package dev.skep.tracker.rollout;

import dev.skep.protocol.InfoHash;
import java.net.URI;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is to be where, and until when.
 *
 * @param deadline after which who is not done is late
 * @param webhooks who is told when it is done or late, or a host failed
 * @param metrics its name in metrics, if it is to have its own
 */
public record RolloutPlan(
    Torrent torrent,
    Target target,
    Optional<Instant> deadline,
    Done done,
    List<URI> webhooks,
    Optional<String> metrics) {
  public RolloutPlan {
    webhooks = List.copyOf(webhooks);
  }

  /** A torrent as the catalogue had it when the rollout began. */
  public record Torrent(InfoHash infoHash, String name, long totalBytes) {}

  /**
   * Which hosts: those that match any of these.
   *
   * @param hosts their names
   * @param labels what their agents say that they belong to
   * @param networks blocks of addresses, as {@code Cidr} reads them
   * @param zones numbers from 1, of those that the tracker is configured with
   * @param anyOf how many of them suffice; with nothing else, of any that report
   */
  public record Target(
      List<String> hosts,
      List<String> labels,
      List<String> networks,
      List<Integer> zones,
      OptionalInt anyOf) {
    public Target {
      hosts = hosts.stream().distinct().sorted().toList();
      labels = labels.stream().distinct().sorted().toList();
      networks = networks.stream().distinct().toList();
      zones = zones.stream().distinct().sorted().toList();
    }

    /** Whether there may be hosts that nobody named. */
    public boolean isOpen() {
      return !labels.isEmpty() || !networks.isEmpty() || !zones.isEmpty() || isAnybody();
    }

    /** Whether every host is meant that says anything of the torrent. */
    public boolean isAnybody() {
      return hosts.isEmpty() && labels.isEmpty() && networks.isEmpty() && zones.isEmpty();
    }
  }

  /** What counts as done. */
  public enum Done {
    /** All bytes are right and at their place. */
    VERIFIED,
    /** And what was to be done then ended well. */
    HOOKED;

    /** As it is said and shown. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The one that is said so. */
    public static Optional<Done> of(String word) {
      return Arrays.stream(values()).filter(done -> done.word().equals(word)).findFirst();
    }

    boolean holds(HostState state) {
      return state == HostState.HOOKED || (this == VERIFIED && state == HostState.VERIFIED);
    }
  }
}
