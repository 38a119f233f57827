package dev.skep.agent.cli;

import dev.skep.agent.session.Transfer;
import dev.skep.protocol.Endpoint;
import java.time.Duration;
import java.util.List;

/** Whom a seeding or downloading peer tells how it gets on: a person, or the process above it. */
interface PeerView extends AutoCloseable {
  /** It accepts connections. */
  void ready(Endpoint at, String what);

  /** Waits until it may begin; false if it shall not begin at all. */
  boolean awaitGo() throws InterruptedException;

  /** Shows how they get on; called again and again. */
  void progress(List<Transfer> transfers);

  /** How long it takes until there is something new to show. */
  Duration pause();

  /** Everything is verified. */
  void done(Transfer transfer, Duration taken);

  @Override
  void close();
}
