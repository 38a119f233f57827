package dev.skep.agent.connection;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Hears what a torrent tells, and only remembers what broke it. */
record TestListener(CompletableFuture<Throwable> broke) implements LiveTorrent.Listener {
  @Override
  public void broken(Throwable why) {
    broke.complete(why);
  }

  @Override
  public void pieceDone(int piece) {}

  @Override
  public void completed() {}

  @Override
  public void diskFailed(IOException why) {}

  @Override
  public void lookAtFiles() {}

  @Override
  public boolean knowsFiles() {
    return true;
  }

  @Override
  public void corruptPeers(int dropped) {}
}
