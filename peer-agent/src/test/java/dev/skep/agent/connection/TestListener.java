package dev.skep.agent.connection;

import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Hears what a torrent tells, and only remembers what broke it.
 *
 * @param each runs whenever it hears something
 */
record TestListener(CompletableFuture<Throwable> broke, Runnable each)
    implements LiveTorrent.Listener {
  TestListener(CompletableFuture<Throwable> broke) {
    this(broke, () -> {});
  }

  @Override
  public void broken(Throwable why) {
    broke.complete(why);
  }

  @Override
  public void pieceDone(int piece) {
    each.run();
  }

  @Override
  public void completed() {
    each.run();
  }

  @Override
  public void changed() {
    each.run();
  }

  @Override
  public void diskFailed(IOException why) {
    each.run();
  }

  @Override
  public void lookAtFiles() {
    each.run();
  }

  @Override
  public boolean knowsFiles() {
    return true;
  }

  @Override
  public void foundPeers(List<Endpoint> peers, Endpoint by) {
    each.run();
  }

  @Override
  public void corruptPeers(int dropped) {
    each.run();
  }
}
