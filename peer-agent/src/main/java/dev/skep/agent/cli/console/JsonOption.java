package dev.skep.agent.cli.console;

import jakarta.json.Json;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonGenerator;
import java.io.StringWriter;
import java.util.Map;
import picocli.CommandLine.Option;

/** {@code --json}: one document on stdout instead of words. */
public final class JsonOption {
  @Option(names = "--json", description = "Print one JSON document instead of text.")
  private boolean json;

  /** Whether it was given. */
  public boolean isOn() {
    return json;
  }

  /** Prints the one document. */
  public static void print(Terminal terminal, JsonValue document) {
    var text = new StringWriter();
    var factory = Json.createWriterFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true));
    try (var writer = factory.createWriter(text)) {
      writer.write(document);
    }
    terminal.out().println(text.toString().strip());
  }
}
