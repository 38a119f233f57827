package dev.skep.agent.session;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.tracker.AnnounceEvent;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.HttpAnnounceQuery;
import dev.skep.protocol.tracker.HttpAnnounceReply;
import dev.skep.protocol.tracker.TrackerProtocolException;
import dev.skep.protocol.tracker.TrackerReply;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * The least that can be called a tracker: remembers who announced from where, and what was said.
 */
public final class TestTracker implements AutoCloseable {
  private final HttpServer server;
  private final Map<Endpoint, Boolean> peers = new LinkedHashMap<>();
  final List<AnnounceRequest> announces = new CopyOnWriteArrayList<>();
  private final List<String> queries = new CopyOnWriteArrayList<>();
  private volatile boolean refusing;

  public TestTracker() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.createContext("/announce", this::announce);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/announce";
  }

  /** Without the path. */
  public String base() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers at a path too. */
  public void serve(String path, HttpHandler handler) {
    server.createContext(path, handler);
  }

  /** What announces said, as it came. */
  public List<String> queries() {
    return queries;
  }

  /** Whether it answers nobody for now. */
  public void refuse(boolean everybody) {
    refusing = everybody;
  }

  List<AnnounceEvent> events() {
    return announces.stream().map(AnnounceRequest::event).toList();
  }

  private void announce(HttpExchange exchange) throws IOException {
    try (exchange) {
      queries.add(exchange.getRequestURI().getRawQuery());
      if (refusing) {
        exchange.sendResponseHeaders(503, -1);
        return;
      }
      AnnounceRequest request = HttpAnnounceQuery.parse(exchange.getRequestURI().getRawQuery());
      announces.add(request);
      InetAddress from = exchange.getRemoteAddress().getAddress();
      TrackerReply reply =
          new AnnounceResponse(
              Duration.ofMinutes(30),
              Duration.ofSeconds(1),
              0,
              0,
              0,
              others(new Endpoint(from, request.port()), request),
              Map.of(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              List.of());
      ByteBuffer out = ByteBuffer.allocate(4096);
      HttpAnnounceReply.encode(reply, true, out);
      exchange.sendResponseHeaders(200, out.position());
      try (OutputStream body = exchange.getResponseBody()) {
        body.write(out.array(), 0, out.position());
      }
    } catch (TrackerProtocolException e) {
      throw new IOException(e);
    }
  }

  private synchronized List<Endpoint> others(Endpoint self, AnnounceRequest request) {
    List<Endpoint> others = new ArrayList<>(peers.keySet());
    others.remove(self);
    if (request.event() == AnnounceEvent.STOPPED) {
      peers.remove(self);
      return List.of();
    }
    peers.put(self, true);
    return others;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
