package dev.skep.agent.control;

import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.util.function.Consumer;

/**
 * JSON to be written and read. The library's own entry point looks for itself in all jars at each
 * call, which takes longer than a row of a page; here it is looked for once.
 */
final class JsonText {
  private static final JsonProvider JSON = JsonProvider.provider(); // for any number of threads

  private JsonText() {}

  static JsonGenerator writer(OutputStream to) {
    return JSON.createGenerator(to);
  }

  static JsonReader reader(InputStream from) {
    return JSON.createReader(from);
  }

  /** What is written, as text. */
  static String of(Consumer<JsonGenerator> value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      value.accept(out);
    }
    return text.toString();
  }

  /** A string with its quotes. */
  static JsonString quoted(String text) {
    return JSON.createValue(text);
  }
}
