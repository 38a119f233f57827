package dev.skep.tracker;

import io.helidon.microprofile.server.Server;

/** Starts the tracker. */
public final class TrackerMain {
  private TrackerMain() {}

  /** Runs until the process is told to stop. */
  public static void main(String[] args) {
    Server.create().start();
  }
}
