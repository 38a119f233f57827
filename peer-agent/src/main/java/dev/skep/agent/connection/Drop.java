package dev.skep.agent.connection;

import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Reason;
import dev.skep.agent.torrent.Refused;

/**
 * How one connection ended.
 *
 * @param detail for logs
 */
public record Drop(DropReason reason, String detail) {
  static Drop of(Reason reason, String detail) {
    return new Drop(DropReason.of(reason), detail);
  }

  static Drop of(Refused refused) {
    return new Drop(DropReason.of(refused), String.valueOf(refused.getMessage()));
  }

  static Drop of(Misconduct misconduct) {
    return new Drop(DropReason.of(misconduct), String.valueOf(misconduct.getMessage()));
  }
}
