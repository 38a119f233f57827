package dev.skep.agent.cli.console;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The wish that a command ends in good order: Ctrl-C, SIGTERM, a key, a parent that is gone.
 *
 * <p>A command that {@linkplain #watch watches} it is not torn down by a signal: the JVM's shutdown
 * waits until the command has returned, and the process ends with the command's own exit status.
 */
public final class StopSignal {
  private final boolean hearsSignals;
  private final CompletableFuture<Boolean> asked = new CompletableFuture<>();
  private final CompletableFuture<Integer> status = new CompletableFuture<>();

  /** Tests do not hear the signals that their own process gets. */
  StopSignal(boolean hearsSignals) {
    this.hearsSignals = hearsSignals;
  }

  /**
   * From now on signals only ask; after {@code grace} without an end the process is halted with
   * status 1.
   */
  public void watch(Duration grace) {
    if (hearsSignals) {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndHalt(grace), "stop"));
    }
  }

  private void stopAndHalt(Duration grace) {
    ask();
    int code = 1;
    try {
      code = status.get(grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      System.err.println("skep: ended the hard way after " + TimeSpan.format(grace));
    } catch (InterruptedException | ExecutionException e) {
      // Nobody interrupts or fails this; halting is right in any case.
    }
    // A signal's own status (143) would tell a service manager of a failure that was none.
    Runtime.getRuntime().halt(code);
  }

  /** Asks the command to end; further calls change nothing. */
  public void ask() {
    asked.complete(true);
  }

  /** Whether somebody asked. */
  public boolean isAsked() {
    return asked.isDone();
  }

  /** Waits for somebody to ask; true at once when somebody has. */
  public boolean await(Duration atMost) throws InterruptedException {
    return await(asked, atMost);
  }

  /** Done when somebody has asked, or when {@code other} is. */
  public CompletableFuture<?> or(CompletableFuture<?> other) {
    return CompletableFuture.anyOf(asked, other);
  }

  /** Waits for an end, good or bad; false when it has not come in time. */
  public static boolean await(CompletableFuture<?> end, Duration atMost)
      throws InterruptedException {
    try {
      end.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** The command has returned: a shutdown that waits for it may go on. */
  public void ended(int exitStatus) {
    status.complete(exitStatus);
  }
}
