package dev.skep.tracker.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.StringReader;
import java.util.List;

/** A stream of events that is open, for who reads it. */
record EventLines(BufferedReader lines) implements AutoCloseable {
  /** One of them. */
  record Event(String id, String kind, String data) {
    JsonObject json() {
      return Json.createReader(new StringReader(data)).readObject();
    }
  }

  static EventLines of(InputStream answer) {
    return new EventLines(new BufferedReader(new InputStreamReader(answer, UTF_8)));
  }

  /** The next event, as soon as it comes. */
  Event next() throws IOException {
    Event event = new Event(value("id: "), value("event: "), value("data: "));
    assertThat(lines.readLine()).isEmpty();
    return event;
  }

  private String value(String name) throws IOException {
    String line = lines.readLine();
    while (line != null && line.startsWith(":")) { // a comment, and the empty line behind it
      lines.readLine();
      line = lines.readLine();
    }
    assertThat(line).startsWith(name);
    return line.substring(name.length());
  }

  /** All lines that come until the stream ends. */
  List<String> rest() {
    return lines.lines().toList();
  }

  /** What kinds of events come until the stream ends. */
  List<String> kinds() {
    return rest().stream()
        .filter(line -> line.startsWith("event: "))
        .map(line -> line.substring("event: ".length()))
        .toList();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
