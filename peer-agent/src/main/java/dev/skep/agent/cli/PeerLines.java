package dev.skep.agent.cli;

import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.swarm.ChildReport;
import dev.skep.agent.cli.swarm.ChildReport.Event;
import dev.skep.agent.cli.swarm.ChildReport.Exchange;
import dev.skep.agent.session.TrackerStatus;
import dev.skep.agent.session.Transfer;
import dev.skep.agent.session.TransferStatus;
import dev.skep.protocol.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Tells a parent process: a {@link ChildReport} in each line of stdout.
 *
 * <p>The parent says {@code go} on stdin and closes it when the peer shall leave; that it also
 * closes when the parent dies is the point.
 */
final class PeerLines implements PeerView {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Terminal terminal;
  private final CountDownLatch go = new CountDownLatch(1);
  private long startNanos;
  private double secondsTaken;
  private @Nullable Transfer transfer;

  PeerLines(Terminal terminal) {
    this.terminal = terminal;
    Thread.ofPlatform().daemon().name("parent").start(this::hearParent);
  }

  private void hearParent() {
    try (var in =
        new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.equals("go")) {
          go.countDown();
        }
      }
    } catch (IOException e) {
      // As good as closed.
    }
    terminal.stop().ask();
    go.countDown();
  }

  @Override
  public void ready(Endpoint at, String what) {
    say(Event.READY);
  }

  @Override
  public boolean awaitGo() throws InterruptedException {
    go.await();
    startNanos = System.nanoTime();
    return !terminal.stop().isAsked();
  }

  @Override
  public void progress(List<Transfer> transfers) {
    transfer = transfers.getFirst();
    say(Event.PROGRESS);
  }

  @Override
  public Duration pause() {
    return PAUSE;
  }

  @Override
  public void done(Transfer done, Duration taken) {
    secondsTaken = taken.toNanos() / 1e9;
    transfer = done;
    say(Event.DONE);
  }

  @Override
  public void close() {
    say(Event.STOPPED);
  }

  private void say(Event event) {
    terminal.out().println(report(event).toLine());
  }

  private ChildReport report(Event event) {
    if (transfer == null) {
      return ChildReport.NOTHING.with(event);
    }
    TransferStatus status = transfer.status();
    double seconds =
        secondsTaken > 0 || startNanos == 0 ? secondsTaken : (System.nanoTime() - startNanos) / 1e9;
    return new ChildReport(
        event,
        status.state().name().toLowerCase(Locale.ROOT),
        status.trackers().stream().anyMatch(TrackerStatus::working),
        seconds,
        status.totalBytes(),
        status.verifiedBytes(),
        status.downloadedBytes(),
        status.uploadedBytes(),
        status.downBytesPerSecond(),
        status.upBytesPerSecond(),
        status.peers().size(),
        exchanges(transfer));
  }

  private static List<Exchange> exchanges(Transfer transfer) {
    return transfer.moved().entrySet().stream()
        .map(
            e ->
                new Exchange(
                    e.getKey().getHostAddress(), e.getValue().downBytes(), e.getValue().upBytes()))
        .sorted(Comparator.comparing(Exchange::address))
        .toList();
  }
}
