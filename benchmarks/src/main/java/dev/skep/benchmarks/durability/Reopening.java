package dev.skep.benchmarks.durability;

import com.sun.management.OperatingSystemMXBean;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.persistence.Persistence;
import dev.skep.tracker.persistence.Saver;
import dev.skep.tracker.swarm.Announce;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * {@code Reopening fill FOLDER TORRENTS} saves so many torrents of a peer each into a new data
 * folder; {@code Reopening open FOLDER} opens it and restores them, with half of the heap for
 * swarms. Prints how long that took, also in time on processors, so that other work on the machine
 * does not count, and what it took of the heap.
 */
public final class Reopening {
  private static final OperatingSystemMXBean SYSTEM =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final int MIB_BITS = 20;

  private Reopening() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path folder = Path.of(args[1]);
    if (args[0].equals("fill")) {
      fill(folder, Integer.parseInt(args[2]));
    } else {
      open(folder);
    }
  }

  private static void fill(Path folder, int torrents) throws IOException, InterruptedException {
    SwarmStore swarms = swarms(Long.MAX_VALUE);
    try (var persistence = Persistence.open(folder, Duration.ofMinutes(5))) {
      long began = SYSTEM.getProcessCpuTime();
      try (var saver =
          Saver.start(persistence, swarms, Duration.ofSeconds(3), InstantSource.system())) {
        announce(swarms, torrents); // it is told of what changes from its start on
        while (saver.status().savedSwarms() < torrents) {
          Thread.sleep(Duration.ofMillis(100));
        }
      }
      System.out.printf("saved %,d torrents in %d CPU-ms%n", torrents, cpuMillisSince(began));
    }
  }

  private static void announce(SwarmStore swarms, int torrents) {
    var announce = new Announce();
    for (int i = 0; i < torrents; i++) {
      announce.torrent(new InfoHash(i * 0x9E3779B97F4A7C15L, i, i));
      announce.from(IpAddress.ofIpv4(0x0a000000 + i), 6881);
      announce.leftBytes = 1;
      swarms.announce(announce);
    }
  }

  private static void open(Path folder) throws IOException {
    SwarmStore swarms = swarms(Runtime.getRuntime().maxMemory() / 2);
    long beganCpu = SYSTEM.getProcessCpuTime();
    long began = System.nanoTime();
    try (var persistence = Persistence.open(folder, Duration.ofMinutes(5))) {
      long opened = System.nanoTime();
      persistence.restore(swarms, InstantSource.system().instant());
      long restored = System.nanoTime();
      System.out.printf(
          "opened in %d ms, restored in %d ms, %d CPU-ms in all; %,d torrents are there%s%n",
          TimeUnit.NANOSECONDS.toMillis(opened - began),
          TimeUnit.NANOSECONDS.toMillis(restored - opened),
          cpuMillisSince(beganCpu),
          swarms.tallies().torrents().get(),
          persistence.damage().map(damage -> "; " + damage).orElse(""));
      System.out.printf("heap of %d MiB: used at most %d MiB", mib(maxHeap()), mib(peak()));
      System.gc();
      System.out.printf(", left %d MiB%n", mib(used()));
    }
  }

  private static SwarmStore swarms(long bytes) {
    return new SwarmStore(
        SwarmLimits.DEFAULT.withBytes(bytes),
        new PeerPreference.Uniform(),
        new SplittableRandom(2),
        System.nanoTime());
  }

  private static long cpuMillisSince(long cpuNanos) {
    return TimeUnit.NANOSECONDS.toMillis(SYSTEM.getProcessCpuTime() - cpuNanos);
  }

  private static long maxHeap() {
    return Runtime.getRuntime().maxMemory();
  }

  private static long used() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private static long peak() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .map(MemoryPoolMXBean::getPeakUsage)
        .mapToLong(MemoryUsage::getUsed)
        .sum();
  }

  private static long mib(long bytes) {
    return bytes >> MIB_BITS;
  }
}
