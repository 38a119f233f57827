package dev.skep.agent.cli;

import picocli.CommandLine.Option;

/** How a child of {@code skep swarm} is told to report; not for people. */
final class ReportOption {
  /** The forms. */
  enum Form {
    /** JSON lines on stdout, commands on stdin. */
    JSON,
    /** Words for a person. */
    WORDS
  }

  @Option(names = "--report", hidden = true)
  private Form form = Form.WORDS;

  boolean isLines() {
    return form == Form.JSON;
  }
}
