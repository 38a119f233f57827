package dev.skep.benchmarks;

/**
 * How many bytes of heap the swarm store takes per IPv4 peer: 1,000,000 peers in 10,000 torrents.
 */
public final class SwarmStoreMemory {
  private SwarmStoreMemory() {}

  public static void main(String[] arguments) throws InterruptedException {
    SwarmStoreBenchmark.Full full = new SwarmStoreBenchmark.Full();
    full.peers = arguments.length == 0 ? 1_000_000 : Integer.parseInt(arguments[0]);
    long before = usedBytes();
    full.fill();
    long after = usedBytes();
    int peers = full.store.tallies().peers().get();
    // What the benchmark itself keeps: an info-hash and two numbers per torrent.
    long own = full.infoHashes.length * 44L;
    System.out.printf(
        "%d peers in %d torrents: %.1f bytes per peer%n",
        peers,
        full.store.tallies().torrents().get(),
        (double) (after - before - own) / (double) peers);
  }

  private static long usedBytes() throws InterruptedException {
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(100);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
