package dev.skep.agent.cli;

import dev.skep.agent.cli.console.Failure;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.MetainfoException;

/** Magnet links as arguments (BEP 9). */
final class MagnetArgument {
  private MagnetArgument() {}

  /** Whether an argument is meant as one. */
  static boolean isLink(String argument) {
    return argument.regionMatches(true, 0, "magnet:", 0, 7);
  }

  /**
   * Reads a link.
   *
   * @throws Failure with what is wrong with it
   */
  static Magnet parse(String link) throws Failure {
    try {
      return Magnet.parse(link);
    } catch (MetainfoException e) {
      throw new Failure(e.getMessage() + "; is the link quoted and whole?", e);
    }
  }
}
