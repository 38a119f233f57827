package dev.skep.benchmarks.tracker;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Trackers over UDP on one processor, measured in turns. Who has no turn is stopped (SIGSTOP): so
 * none takes anything from another, all stay warm, and all see the same minutes of the machine.
 */
final class Turns {
  /** A tracker that was stopped first does what it could not do meanwhile. */
  private static final int LEAD_IN_SECONDS = 2;

  private final List<Side> sides = new ArrayList<>();
  private final int warmUpSeconds;
  private final int seconds;

  /**
   * @param warmUpSeconds before the first turn
   * @param seconds of each turn that are measured
   */
  Turns(int warmUpSeconds, int seconds) {
    this.warmUpSeconds = warmUpSeconds;
    this.seconds = seconds;
  }

  /** The first one is what the others are compared with. */
  void add(String name, long pid, UdpLoad load) throws IOException, InterruptedException {
    Side side = new Side(name, pid, load);
    sides.add(side);
    side.load.fill();
    side.load.run(warmUpSeconds);
    side.signal("STOP");
  }

  /**
   * Measures each so many times.
   *
   * @return whether all answers were right
   */
  boolean run(int turns) throws IOException, InterruptedException {
    for (int turn = 0; turn < turns; turn++) {
      // Who was last is first, so that a machine that slows down favours none.
      for (Side side : turn % 2 == 0 ? sides : sides.reversed()) {
        side.signal("CONT");
        side.load.run(LEAD_IN_SECONDS);
        side.measure(seconds);
        side.signal("STOP");
      }
    }
    Side first = sides.getFirst();
    for (Side side : sides) {
      System.out.println(
          side.name
              + ": "
              + side.all.report(turns * seconds, side.cpuSeconds, side.loadCpuSeconds));
      for (double part : new double[] {0.5, 0.99, 0.999}) {
        System.out.println("  " + compared(side.millis(part), first.millis(part), part));
      }
    }
    return sides.stream().allMatch(side -> side.all.wrongAnswers() == 0);
  }

  /** Lets all go on that still run: stopped, they could not be ended. */
  void letGo() throws IOException, InterruptedException {
    for (Side side : sides) {
      if (ProcessHandle.of(side.pid).isPresent()) {
        side.signal("CONT");
      }
    }
  }

  private static String compared(List<Double> own, List<Double> others, double part) {
    List<Double> ratios = new ArrayList<>();
    for (int turn = 0; turn < own.size(); turn++) {
      ratios.add(own.get(turn) / others.get(turn));
    }
    return "p%s by turns, ms: %s; median %.3f; of the ratios %.2f, %d of %d at most 1"
        .formatted(
            Double.toString(100 * part).replaceAll("\\.0$", ""),
            own.stream().map(value -> "%.2f".formatted(value)).collect(joining(" ")),
            median(own),
            median(ratios),
            ratios.stream().filter(ratio -> ratio <= 1).count(),
            ratios.size());
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  /** A tracker, its load, and what was measured of it. */
  private static final class Side {
    private final String name;
    private final long pid;
    private final UdpLoad load;
    private final List<Measurement> turns = new ArrayList<>();
    private final Measurement all = new Measurement();
    private double cpuSeconds;
    private double loadCpuSeconds;

    Side(String name, long pid, UdpLoad load) {
      this.name = name;
      this.pid = pid;
      this.load = load;
    }

    void measure(int seconds) {
      long own = ProcessHandle.current().pid();
      cpuSeconds -= ProcessCpu.seconds(pid);
      loadCpuSeconds -= ProcessCpu.seconds(own);
      Measurement turn = load.run(seconds);
      cpuSeconds += ProcessCpu.seconds(pid);
      loadCpuSeconds += ProcessCpu.seconds(own);
      turns.add(turn);
      all.add(turn);
    }

    List<Double> millis(double part) {
      return turns.stream().map(turn -> turn.percentileMicros(part) / 1000).toList();
    }

    void signal(String name) throws IOException, InterruptedException {
      int status = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
      if (status != 0) {
        throw new IOException("no process " + pid + " to send SIG" + name + " to");
      }
    }
  }
}
