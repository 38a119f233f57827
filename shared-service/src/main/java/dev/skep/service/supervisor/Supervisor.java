package dev.skep.service.supervisor;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The systemd that started this process with {@code Type=notify} (sd_notify(3)); does nothing where
 * there is none.
 */
public final class Supervisor implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Supervisor.class.getName());

  private final @Nullable DatagramTo socket;
  private final Optional<Duration> watchdog;
  private volatile boolean closed;
  private @Nullable Thread beating;

  private Supervisor(@Nullable DatagramTo socket, Optional<Duration> watchdog) {
    this.socket = socket;
    this.watchdog = watchdog;
  }

  /**
   * As the environment says.
   *
   * @param pid of this process
   */
  public static Supervisor of(Map<String, String> environment, long pid) {
    String path = environment.getOrDefault("NOTIFY_SOCKET", "");
    if (path.isEmpty()) {
      return new Supervisor(null, Optional.empty());
    }
    try {
      return new Supervisor(DatagramTo.open(path), watchdog(environment, pid));
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      LOG.log(Level.WARNING, "systemd cannot be told how this is: {0}", e.getMessage());
      return new Supervisor(null, Optional.empty());
    }
  }

  private static Optional<Duration> watchdog(Map<String, String> environment, long pid) {
    String whose = environment.getOrDefault("WATCHDOG_PID", String.valueOf(pid));
    String micros = environment.getOrDefault("WATCHDOG_USEC", "");
    return whose.equals(String.valueOf(pid)) && micros.matches("[1-9]\\d{0,17}")
        ? Optional.of(Duration.ofNanos(1000 * Math.min(Long.parseLong(micros), 1L << 50)))
        : Optional.empty();
  }

  /**
   * It serves now; from here on a watchdog, if one is wished, hears that it lives.
   *
   * @param status one line for {@code systemctl status}
   * @param lives whether it does; asked a few times in the watchdog's interval
   */
  public void ready(String status, BooleanSupplier lives) {
    tell("READY=1\nSTATUS=" + status.replace('\n', ' '));
    watchdog.ifPresent(
        interval ->
            beating =
                Thread.ofPlatform()
                    .daemon()
                    .name("watchdog")
                    .start(() -> beat(interval.dividedBy(3), lives)));
  }

  private void beat(Duration pause, BooleanSupplier lives) {
    while (!closed) {
      if (lives.getAsBoolean()) {
        tell("WATCHDOG=1");
      }
      LockSupport.parkNanos(Math.max(pause.toNanos(), TimeUnit.MILLISECONDS.toNanos(10)));
    }
  }

  /** It ends. */
  public void stopping() {
    tell("STOPPING=1");
  }

  private void tell(String message) {
    DatagramTo to = socket;
    if (to != null && !to.send(message)) {
      LOG.log(Level.DEBUG, "systemd was not told: {0}", message);
    }
  }

  @Override
  public void close() {
    closed = true;
    Thread watching = beating;
    if (watching != null) {
      LockSupport.unpark(watching);
    }
  }
}
