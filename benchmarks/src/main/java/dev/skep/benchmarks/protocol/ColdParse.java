package dev.skep.benchmarks.protocol;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The first parse of a process: {@code ColdParse write FILE} writes the .torrent, {@code ColdParse
 * FILE} reads it once and prints the milliseconds that reading took, {@code ColdParse warm FILE}
 * the same when warm and with the info-hash, {@code ColdParse memory FILE} how many times its size
 * it then holds in memory.
 */
public final class ColdParse {
  private ColdParse() {}

  public static void main(String[] args) throws IOException, MetainfoException {
    PrintStream out = System.out;
    Path file = Path.of(args[args.length - 1]);
    if (args.length == 1) {
      byte[] bytes = Files.readAllBytes(file);
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      long cpu = threads.getCurrentThreadCpuTime();
      long start = System.nanoTime();
      Metainfo torrent = Metainfo.parse(bytes);
      double wallMillis = (System.nanoTime() - start) / 1e6;
      double cpuMillis = (threads.getCurrentThreadCpuTime() - cpu) / 1e6;
      out.printf(
          "%d files: %.1f ms, of which on a processor %.1f ms%n",
          torrent.files().size(), wallMillis, cpuMillis);
    } else if (args[0].equals("warm")) {
      warm(Files.readAllBytes(file), out);
    } else if (args[0].equals("memory")) {
      memory(Files.readAllBytes(file), out);
    } else {
      Files.write(file, LargeTorrent.bytes());
    }
  }

  /** The best of fifty after a hundred: what neither the compiler nor other work disturbed. */
  private static void warm(byte[] bytes, PrintStream out) throws MetainfoException {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long parse = Long.MAX_VALUE;
    long hash = Long.MAX_VALUE;
    for (int i = 0; i < 150; i++) {
      long start = threads.getCurrentThreadCpuTime();
      Metainfo torrent = Metainfo.parse(bytes);
      long parsed = threads.getCurrentThreadCpuTime();
      torrent.infoHash();
      long hashed = threads.getCurrentThreadCpuTime();
      if (i >= 100) {
        parse = Math.min(parse, parsed - start);
        hash = Math.min(hash, hashed - parsed);
      }
    }
    out.printf("parsed in %.1f ms, info-hash in %.1f ms%n", parse / 1e6, hash / 1e6);
  }

  /** Keeps several, so that what the JVM itself holds does not count. */
  private static void memory(byte[] bytes, PrintStream out) throws MetainfoException {
    List<Metainfo> kept = new ArrayList<>();
    kept.add(Metainfo.parse(bytes.clone()));
    long before = usedBytes();
    for (int i = 0; i < 10; i++) {
      kept.add(Metainfo.parse(bytes.clone()));
    }
    out.printf(
        "%d torrents: %.2f times their size%n",
        kept.size(), (usedBytes() - before) / 10.0 / bytes.length);
  }

  private static long usedBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
