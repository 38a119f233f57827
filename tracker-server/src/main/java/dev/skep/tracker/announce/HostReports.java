package dev.skep.tracker.announce;

import dev.skep.protocol.tracker.HostReport;
import dev.skep.tracker.swarm.Announce;
import java.time.Duration;
import java.util.Optional;

/**
 * Takes what hosts tell of themselves beside an announce that was answered. Many threads call;
 * nothing blocks.
 */
public interface HostReports {
  /** Takes none. */
  HostReports NONE =
      new HostReports() {
        @Override
        public Optional<Duration> take(HostReport report, Announce said, boolean vouched) {
          return Optional.empty();
        }

        @Override
        public void countWrong() {
          // Nobody wants to know.
        }
      };

  /**
   * Takes one report.
   *
   * @param vouched whether it came with a passkey that was given out
   * @return when the host is to report again, if that is sooner than others announce
   */
  Optional<Duration> take(HostReport report, Announce said, boolean vouched);

  /** Counts one that is none. */
  void countWrong();
}
