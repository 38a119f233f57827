package dev.skep.agent.cli.console;

import jakarta.json.Json;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonGenerator;
import java.io.StringWriter;
import java.util.Map;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Option;

/** {@code --json}: one document on stdout instead of words. */
public final class JsonOption {
  public static final String NAME = "--json";

  private static final String DESCRIPTION = "Print one JSON document instead of text.";

  @Option(names = NAME, description = DESCRIPTION)
  private boolean json;

  private final BooleanSupplier declared;

  /** For a command with annotations. */
  public JsonOption() {
    declared = () -> false;
  }

  /** For a command without. */
  public JsonOption(Arguments arguments) {
    declared = arguments.flag(DESCRIPTION, NAME);
  }

  /** Whether it was given. */
  public boolean isOn() {
    return json || declared.getAsBoolean();
  }

  /** Prints the one document. */
  public static void print(Terminal terminal, JsonValue document) {
    var text = new StringWriter();
    var factory = Json.createWriterFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true));
    try (var writer = factory.createWriter(text)) {
      writer.write(document);
    }
    terminal.out().println(Text.escaped(text.toString().strip()));
  }
}
