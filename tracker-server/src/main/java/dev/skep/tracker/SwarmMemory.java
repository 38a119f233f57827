package dev.skep.tracker;

import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Settings;
import dev.skep.tracker.config.Keys;
import dev.skep.tracker.swarm.SwarmBytes;
import dev.skep.tracker.swarm.SwarmLimits;

/**
 * How much of the heap swarms may take, and how many torrents and peers that makes. The rest is for
 * connections, answers, what is being saved, and the collector's room to work.
 *
 * @param bytes as {@link SwarmBytes} counts
 * @param torrents at most that of one peer each
 * @param peers at most that in large swarms
 */
record SwarmMemory(long bytes, int torrents, int peers) {
  private static final int MIB_BITS = 20;

  /** Of the heap; more than half leaves too little for the rest of a tracker under load. */
  private static final int SHARE = 2;

  /**
   * @throws BadSettingException if what is set does not fit the heap; the message says how much it
   *     needs
   */
  static SwarmMemory of(Settings settings, long heapBytes) throws BadSettingException {
    long set = settings.get(Keys.SWARM_MEMORY);
    long bytes = set == 0 ? heapBytes / SHARE : set;
    // The collector keeps a part of the heap for itself.
    if (set > 0 && mib(set * SHARE) > mib(heapBytes) + mib(heapBytes) / 32) {
      throw new BadSettingException(tooMuch(Keys.SWARM_MEMORY.name(), set, set * SHARE, heapBytes));
    }
    int torrents = settings.get(Keys.MAX_TORRENTS);
    int peers = settings.get(Keys.MAX_PEERS);
    long needed =
        (long) torrents * SwarmBytes.LONE_TORRENT
            + (long) Math.max(0, peers - torrents) * SwarmBytes.PEER;
    if (needed > bytes) {
      String keys =
          peers == 0
              ? Keys.MAX_TORRENTS.name()
              : torrents == 0
                  ? Keys.MAX_PEERS.name()
                  : Keys.MAX_TORRENTS.name() + " and " + Keys.MAX_PEERS.name();
      throw new BadSettingException(
          set == 0
              ? tooMuch(keys, needed, needed * SHARE, heapBytes)
              : "%s: that takes %d MiB for swarms, more than %s; set that higher or these lower"
                  .formatted(keys, mib(needed), Keys.SWARM_MEMORY.name()));
    }
    return new SwarmMemory(
        bytes,
        torrents == 0 ? Integer.MAX_VALUE : torrents,
        peers == 0 ? Integer.MAX_VALUE : peers);
  }

  private static String tooMuch(String keys, long needed, long heapNeeded, long heapBytes) {
    return ("%s: that takes %d MiB for swarms, which needs a heap of %d MiB; this one has %d MiB:"
            + " start with SKEP_JAVA_OPTS=-Xmx%dm, or set less")
        .formatted(keys, mib(needed), mib(heapNeeded), mib(heapBytes), mib(heapNeeded));
  }

  private static long mib(long bytes) {
    return (bytes + (1 << MIB_BITS) - 1) >>> MIB_BITS;
  }

  /** What it is enough for, in words. */
  static String inWords(SwarmLimits limits) {
    return "%,d torrents of a peer each or %,d peers in large swarms (%,d MiB of the heap)"
        .formatted(
            Math.min(limits.torrents(), limits.bytes() / SwarmBytes.LONE_TORRENT),
            Math.min(limits.peers(), limits.bytes() / SwarmBytes.PEER),
            limits.bytes() >>> MIB_BITS);
  }
}
