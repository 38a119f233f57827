package dev.skep.agent.follow;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.service.Seeded;
import dev.skep.agent.service.TestAgent;
import dev.skep.agent.session.TestTracker;
import dev.skep.agent.trust.Signature;
import dev.skep.agent.trust.Statement;
import dev.skep.protocol.InfoHash;
import jakarta.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A tracker with a catalogue, as far as those who follow it see. */
public final class TestCatalogue implements AutoCloseable {
  /** Rows to a page: few, so that every test with some reads on. */
  private static final int PAGE = 2;

  private record Entry(Statement statement, Optional<Signature> signature) {}

  private final TestTracker tracker;
  private final LinkedHashMap<InfoHash, Entry> entries = new LinkedHashMap<>();
  private final Map<String, byte[]> torrents = new LinkedHashMap<>();
  private final List<String> strangeRows = new ArrayList<>();
  private Runnable meanwhile = () -> {};
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private int version;
  private boolean down;
  final AtomicInteger listeners = new AtomicInteger();
  final AtomicInteger turnedAway = new AtomicInteger();
  final AtomicInteger read = new AtomicInteger();
  final AtomicInteger unchanged = new AtomicInteger();

  /** Requests whose connection would be kept for the next one. */
  final AtomicInteger kept = new AtomicInteger();

  public TestCatalogue() throws IOException {
    tracker = new TestTracker();
    tracker.serve("/api/v1/catalogue", this::catalogue);
    tracker.serve("/torrents/", this::torrent);
  }

  public String url() {
    return tracker.base();
  }

  String announceUrl() {
    return tracker.url();
  }

  public TestTracker tracker() {
    return tracker;
  }

  /** Queries of those who asked for the catalogue. */
  public List<String> asked() {
    return asked;
  }

  public synchronized void publish(Seeded data, String label, long published) {
    publish(data, data.metainfo().name(), label, published, Optional.empty());
  }

  synchronized void publish(
      Seeded data, String name, String label, long published, Optional<Signature> signature) {
    InfoHash hash = data.metainfo().infoHash();
    torrents.put("/torrents/" + hash.hex() + ".torrent", data.torrent());
    entries.put(hash, new Entry(statement(data, name, label, published), signature));
    version++;
  }

  /** Somebody has it, and says so to this tracker. */
  void seed(TestAgent source, Seeded data, Path folder) throws Exception {
    data.writeTo(folder);
    TorrentRecord record =
        TorrentRecord.of(data.metainfo().infoHash(), Place.in(folder), source.agent().now())
            .with(r -> r.trackers = List.of(List.of(announceUrl())));
    source.agent().add(record, Optional.of(data.metainfo()));
  }

  static Statement statement(Seeded data, String name, String label, long published) {
    return new Statement(
        data.metainfo().infoHash(), name, List.of(label), Instant.ofEpochSecond(published));
  }

  synchronized void remove(Seeded data) {
    entries.remove(data.metainfo().infoHash());
    version++;
  }

  /** Once, before a second page is answered. */
  synchronized void whileItIsRead(Runnable something) {
    meanwhile = something;
  }

  /** Puts it before all others. */
  synchronized void publishAgain(Seeded data) {
    InfoHash hash = data.metainfo().infoHash();
    entries.putFirst(hash, Objects.requireNonNull(entries.get(hash)));
    version++;
  }

  /** A row that is none. */
  synchronized void publishStrange(String json) {
    strangeRows.add(json);
    version++;
  }

  /** From now on there is a stream of events. */
  void streamEvents() {
    tracker.serve("/api/v1/catalogue/events", this::events);
  }

  private void events(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.sendResponseHeaders(200, 0);
    listeners.incrementAndGet();
    int told = -1;
    try (OutputStream out = exchange.getResponseBody()) {
      while (true) {
        boolean changed;
        synchronized (this) {
          changed = version != told;
          told = version;
        }
        out.write((changed ? "id: c\nevent: published\ndata: {}\n\n" : ": .\n").getBytes(UTF_8));
        out.flush();
        Thread.sleep(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers other bytes for a torrent. */
  synchronized void lie(Seeded of, byte[] torrent) {
    torrents.put("/torrents/" + of.metainfo().infoHash().hex() + ".torrent", torrent);
    version++;
  }

  synchronized void down(boolean isDown) {
    down = isDown;
  }

  private synchronized void catalogue(HttpExchange exchange) throws IOException {
    asked.add(exchange.getRequestURI().getRawQuery());
    if (exchange.getRequestURI().getPath().endsWith("/events")) {
      answer(exchange, 404, "{}"); // until there is a stream
      return;
    }
    if (exchange.getRequestURI().getRawQuery().contains("after=")) {
      meanwhile.run();
      meanwhile = () -> {};
    }
    countKept(exchange);
    String tag = "\"v-" + version + "\"";
    exchange.getResponseHeaders().set("ETag", tag);
    if (down) {
      turnedAway.incrementAndGet();
      answer(exchange, 503, "{\"title\":\"busy\"}");
    } else if (tag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
      unchanged.incrementAndGet();
      exchange.sendResponseHeaders(304, -1);
      exchange.close();
    } else {
      read.incrementAndGet();
      answer(exchange, 200, page(exchange.getRequestURI().getRawQuery()));
    }
  }

  private String page(String query) {
    String label = query.replaceAll(".*\\blabel=([^&]*).*", "$1");
    int from = query.contains("after=") ? Integer.parseInt(query.replaceAll(".*after=", "")) : 0;
    List<String> rows = new ArrayList<>(strangeRows);
    for (Entry entry : entries.values()) {
      if (entry.statement.labels().contains(label)) {
        rows.add(row(entry));
      }
    }
    int to = Math.min(from + PAGE, rows.size());
    String next = to < rows.size() ? ",\"next\":\"" + to + "\"" : "";
    return "{\"cursor\":\"c\",\"torrents\":["
        + String.join(",", rows.subList(from, to))
        + "]"
        + next
        + "}";
  }

  private static String row(Entry entry) {
    Statement of = entry.statement;
    var row =
        Json.createObjectBuilder()
            .add("infoHash", of.infoHash().hex())
            .add("name", of.name())
            .add("labels", Json.createArrayBuilder(of.labels()))
            .add("published", of.published().toString())
            .add("totalBytes", 1);
    entry.signature.ifPresent(
        signature -> row.add("signature", signature.bytes()).add("signer", signature.signer()));
    return row.build().toString();
  }

  private void countKept(HttpExchange exchange) {
    if (!"close".equals(exchange.getRequestHeaders().getFirst("Connection"))) {
      kept.incrementAndGet();
    }
  }

  private synchronized void torrent(HttpExchange exchange) throws IOException {
    countKept(exchange);
    byte[] bytes = torrents.get(exchange.getRequestURI().getPath());
    if (bytes == null) {
      answer(exchange, 404, "{\"title\":\"no such torrent\"}");
      return;
    }
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    tracker.close();
  }
}
