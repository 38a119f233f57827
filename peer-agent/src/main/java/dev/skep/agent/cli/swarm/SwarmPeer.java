package dev.skep.agent.cli.swarm;

import dev.skep.agent.cli.process.Child;
import dev.skep.agent.cli.swarm.ChildReport.Event;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A seeding or downloading process and its latest report. */
final class SwarmPeer {
  private final String name;
  private final InetAddress at;
  private final Path data;
  private final Child child;
  private volatile ChildReport report = ChildReport.NOTHING;
  private volatile boolean ready;
  private volatile long doneNanos;

  /**
   * Starts the process.
   *
   * @param data where it has, or will have, the file or folder
   */
  SwarmPeer(String name, InetAddress at, Path data, List<String> command) throws IOException {
    this.name = name;
    this.at = at;
    this.data = data;
    this.child = Child.start(name, command, Map.of(), this::hear, _ -> {});
  }

  private void hear(String line) {
    ChildReport heard;
    try {
      heard = ChildReport.parse(line);
    } catch (IllegalArgumentException e) {
      return; // Not a report: nothing that we asked for.
    }
    if (heard.event() == Event.READY) {
      ready = true;
      return;
    }
    if (heard.event() == Event.DONE) {
      doneNanos = System.nanoTime();
    }
    report = heard;
  }

  String name() {
    return name;
  }

  InetAddress at() {
    return at;
  }

  Path data() {
    return data;
  }

  Child child() {
    return child;
  }

  ChildReport report() {
    return report;
  }

  /** Whether it listens. */
  boolean isReady() {
    return ready;
  }

  /** Whether it has told that everything is verified. */
  boolean isDone() {
    return doneNanos != 0;
  }

  /** When it told so, on {@link System#nanoTime}. */
  long doneNanos() {
    return doneNanos;
  }
}
