package dev.skep.agent.cli;

import dev.skep.agent.discovery.ConnectionFailures;
import java.io.IOException;
import java.net.UnknownHostException;

/** Why a connection failed, in words. */
final class Connections {
  private Connections() {}

  static String reason(IOException e) {
    return e instanceof UnknownHostException && e.getMessage() != null
        ? "unknown host " + e.getMessage()
        : ConnectionFailures.inWords(e);
  }
}
