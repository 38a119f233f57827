package dev.skep.agent.discovery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks the system for the addresses of names, a few at once, on threads of their own: such a call
 * holds the thread that carries a virtual one for as long as a name server is silent.
 */
final class Lookups implements BothFamilies.Names, AutoCloseable {
  private static final int AT_ONCE = 4;
  private static final long MOST_SECONDS = 10;

  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          AT_ONCE,
          AT_ONCE,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform().daemon().name("skep-names-", 0).factory());

  Lookups() {
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public InetAddress[] of(String host) throws UnknownHostException {
    try {
      return new InetAddress[] {InetAddress.ofLiteral(host)};
    } catch (IllegalArgumentException e) {
      // A name, then.
    }
    Future<InetAddress[]> answer;
    try {
      answer = threads.submit(() -> InetAddress.getAllByName(host));
    } catch (RejectedExecutionException e) {
      throw new UnknownHostException(host); // all is over
    }
    try {
      return answer.get(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // Not known, or not in time: the same for whoever asks.
    }
    answer.cancel(true);
    throw new UnknownHostException(host);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
