package dev.skep.agent.cli;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;

/** Why a connection failed, in words. */
final class Connections {
  private Connections() {}

  static String reason(IOException e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return switch (e) {
      case UnknownHostException unknown -> "unknown host " + message;
      case SocketTimeoutException timeout -> "no answer in time";
      default -> message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    };
  }
}
