package dev.skep.agent.session;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/** Runs short tasks at their time, on one thread. A task that fails says so in the log. */
final class SessionClock extends ScheduledThreadPoolExecutor {
  private static final Logger LOG = System.getLogger(SessionClock.class.getName());

  SessionClock() {
    // Once it is shut down, what was to be done later is of no interest any more.
    super(1, Thread.ofPlatform().daemon().name("skep-clock").factory(), new DiscardPolicy());
    // Alarms are many and nearly all are cancelled long before their time.
    setRemoveOnCancelPolicy(true);
  }

  @Override
  protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
    super.afterExecute(task, thrown);
    if (thrown != null) {
      LOG.log(Level.ERROR, "a timed task failed", thrown);
    } else if (task instanceof Future<?> future
        && future.isDone()
        && future.state() == Future.State.FAILED) {
      LOG.log(Level.ERROR, "a timed task failed", future.exceptionNow());
    }
  }
}
