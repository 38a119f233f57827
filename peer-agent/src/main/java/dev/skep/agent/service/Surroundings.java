package dev.skep.agent.service;

import dev.skep.agent.library.Goals;
import dev.skep.agent.library.Library;
import dev.skep.agent.library.TorrentRecord.Totals;
import dev.skep.agent.session.Session;
import java.time.InstantSource;

/** What a torrent needs of the service. */
interface Surroundings {
  Library library();

  Session session();

  /** What holds for all torrents. */
  Defaults defaults();

  /** Limits of torrents with a label. */
  LabelRates rates();

  InstantSource clock();

  /** What is done to files beside transfers. */
  DiskJobs disk();

  /** How long whoever asks for something waits for what was asked before. */
  LongestWait patience();

  /** Nothing is to be moved, whatever is said of single torrents. */
  boolean isPaused();

  /** A transfer has ended that moved this. */
  void moved(Totals totals);

  /** Nothing is to begin any more. */
  boolean isClosing();

  /**
   * What holds for all torrents.
   *
   * @param partNames whether a file is called {@code NAME.part} until all of it is verified
   */
  record Defaults(Goals goals, boolean preallocate, boolean partNames) {}
}
