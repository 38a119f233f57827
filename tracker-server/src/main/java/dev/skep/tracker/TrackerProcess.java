package dev.skep.tracker;

import dev.skep.service.network.ReachableAddress;
import dev.skep.service.settings.Settings;
import dev.skep.tracker.admin.EventStreams;
import dev.skep.tracker.config.Keys;
import dev.skep.tracker.http.admission.TlsKeys;
import dev.skep.tracker.web.PageBoard;
import io.helidon.Main;
import io.helidon.common.Weight;
import io.helidon.microprofile.server.Server;
import io.helidon.spi.HelidonShutdownHandler;
import jakarta.enterprise.inject.spi.CDI;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.time.Duration;

/** The tracker as a process: from its start to its end by a signal. */
final class TrackerProcess {
  /**
   * The server, the last save and the store are given less each; this is for what nobody foresaw.
   */
  private static final Duration STOP_LIMIT = Duration.ofMillis(4800);

  private TrackerProcess() {}

  /** Starts everything and tells when it is ready; returns then. */
  static void start(Configuration configuration) throws IOException {
    Server server = Server.builder().config(configuration.config()).build().start();
    Tracker tracker = CDI.current().select(Tracker.class).get();
    endOnSignal(
        tracker,
        CDI.current().select(PageBoard.class).get(),
        CDI.current().select(EventStreams.class).get());
    tracker.newToken().ifPresent(news -> System.err.println("skep: " + news));
    tracker.persistence().notices().forEach(notice -> System.err.println("skep: " + notice));
    tracker.persistence().damage().ifPresent(damage -> System.err.println("skep: " + damage));
    System.err.println("skep: " + readyLine(configuration, server.port(), tracker));
  }

  /** Ends this process as a signal would once nobody holds the other end of stdin any more. */
  static void endWithStdin() {
    Thread.ofPlatform()
        .daemon()
        .name("stdin")
        .start(
            () -> {
              try {
                System.in.transferTo(OutputStream.nullOutputStream());
              } catch (IOException _) {
                // As good as closed.
              }
              System.exit(0);
            });
  }

  private static String readyLine(Configuration configuration, int port, Tracker tracker)
      throws IOException {
    Settings settings = tracker.settings();
    String address = usable(settings.get(Keys.BIND));
    String host = address.contains(":") ? "[" + address + "]" : address;
    String udp =
        tracker.udp().map(u -> " and udp://" + host + ":" + u.address().getPort()).orElse("");
    String scheme = TlsKeys.of(configuration.config()).isPresent() ? "https" : "http";
    String lowered = tracker.roomSettings().lowered().map(less -> "; " + less).orElse("");
    return "tracker ready on %s://%s:%d/announce%s, data in %s, room for %s%s"
        .formatted(
            scheme,
            host,
            port,
            udp,
            settings.get(Keys.DATA_FOLDER),
            SwarmMemory.inWords(tracker.roomSettings().swarms()),
            lowered);
  }

  /**
   * An address that other machines can use: where we listen at all of this machine's, the one that
   * others most likely reach, if there is any.
   */
  static String usable(String bind) throws IOException {
    if (!InetAddress.getByName(bind).isAnyLocalAddress()) {
      return bind;
    }
    return ReachableAddress.first().map(InetAddress::getHostAddress).orElse(bind);
  }

  /**
   * Ends with status 0 when a signal has closed everything, which the JVM would not do by itself,
   * and with 1 if that takes too long.
   */
  private static void endOnSignal(Tracker tracker, PageBoard board, EventStreams streams) {
    Main.addShutdownHandler(new First(tracker, board, streams));
    Main.addShutdownHandler(new Last());
    Thread watchdog = Thread.ofPlatform().daemon().unstarted(TrackerProcess::endLate);
    Runtime.getRuntime().addShutdownHook(watchdog);
  }

  private static void endLate() {
    try {
      Thread.sleep(STOP_LIMIT);
    } catch (InterruptedException _) {
      // As good as the time being over.
    }
    System.err.println("skep: stopping took too long; some of the last seconds may not be saved");
    Runtime.getRuntime().halt(1);
  }

  /** Runs before the server stops, to which a stream that is cut short is an error. */
  @Weight(Double.MAX_VALUE)
  private record First(Tracker tracker, PageBoard board, EventStreams streams)
      implements HelidonShutdownHandler {
    @Override
    public void shutdown() {
      tracker.catalogue().endWaiting();
      tracker.rollouts().endWaiting();
      board.close();
      try {
        streams.awaitEnd();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Runs after all other handlers. */
  @Weight(Double.MIN_VALUE)
  private static final class Last implements HelidonShutdownHandler {
    @Override
    public void shutdown() {
      Runtime.getRuntime().halt(0);
    }
  }
}
