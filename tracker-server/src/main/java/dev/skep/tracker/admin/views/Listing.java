package dev.skep.tracker.admin.views;

import jakarta.json.Json;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.OutputStream;
import java.io.StringWriter;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One page of a list, written row by row as it is made: who does not read it holds a few rows in
 * memory, not all of them.
 *
 * @param total how many there are in all, where that is known without looking at them
 * @param rows of this page; to be gone through once
 * @param next where the next page begins, if there is one; to be asked behind the last row
 */
public record Listing<T extends Listing.Row>(
    OptionalLong total, Iterator<T> rows, Supplier<Optional<String>> next) {
  /** Looked for once: to find out who makes JSON takes several times as long as to make a row. */
  private static final JsonGeneratorFactory JSON = Json.createGeneratorFactory(Map.of());

  /** What a list consists of. */
  public interface Row {
    /** Writes its members, without the braces around them. */
    void write(JsonGenerator out);

    /** The row by itself, in one line. */
    default String json() {
      return object(this::write);
    }
  }

  /** An object in one line. */
  public static String object(Consumer<JsonGenerator> members) {
    return text(
        out -> {
          out.writeStartObject();
          members.accept(out);
          out.writeEnd();
        });
  }

  /** An array in one line. */
  public static String array(Consumer<JsonGenerator> values) {
    return text(
        out -> {
          out.writeStartArray();
          values.accept(out);
          out.writeEnd();
        });
  }

  private static String text(Consumer<JsonGenerator> value) {
    var text = new StringWriter();
    try (JsonGenerator out = JSON.createGenerator(text)) {
      value.accept(out);
    }
    return text.toString();
  }

  /** Writes JSON: an object with the rows under {@code member}; goes through them. */
  public void write(String member, OutputStream stream) {
    write(Map.of(), member, stream);
  }

  /** The same with some texts before the rows. */
  public void write(Map<String, String> before, String member, OutputStream stream) {
    try (JsonGenerator out = JSON.createGenerator(stream)) {
      out.writeStartObject();
      before.forEach(out::write);
      total.ifPresent(count -> out.write("total", count));
      out.writeStartArray(member);
      while (rows.hasNext()) {
        out.writeStartObject();
        rows.next().write(out);
        out.writeEnd();
      }
      out.writeEnd();
      next.get().ifPresent(cursor -> out.write("next", cursor));
      out.writeEnd();
    }
  }

  /** Rows that are fetched some at a time. */
  abstract static class Chunks<T> implements Iterator<T> {
    private Iterator<T> chunk = java.util.Collections.emptyIterator();
    private boolean ended;

    /** The next few rows; none at the end. */
    abstract Iterator<T> fetch();

    @Override
    public final boolean hasNext() {
      if (!chunk.hasNext() && !ended) {
        chunk = fetch();
        ended = !chunk.hasNext();
      }
      return chunk.hasNext();
    }

    @Override
    public final T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return chunk.next();
    }
  }
}
