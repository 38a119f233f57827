package dev.skep.agent.control;

import jakarta.json.stream.JsonGenerator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All fields of a {@code T}. Both dialects are written from it, and the documentation is compared.
 */
final class FieldTable<T> {
  private final Map<String, Field<T>> byRoot = new LinkedHashMap<>();

  @SafeVarargs
  FieldTable(Field<T>... fields) {
    for (Field<T> field : fields) {
      byRoot.put(Dialect.root(field.name().snake()), field);
      byRoot.putIfAbsent(Dialect.root(field.name().legacy()), field);
    }
  }

  List<Field<T>> fields() {
    return byRoot.values().stream().distinct().toList();
  }

  /** By any spelling of its name. */
  Optional<Field<T>> field(String name) {
    return Optional.ofNullable(byRoot.get(Dialect.root(name)));
  }

  /** Writes an object with all fields. */
  void write(T of, JsonGenerator out, Dialect dialect) {
    out.writeStartObject();
    writeMembers(of, out, dialect);
    out.writeEnd();
  }

  /** Writes all fields into the object that is being written. */
  void writeMembers(T of, JsonGenerator out, Dialect dialect) {
    for (Field<T> field : fields()) {
      out.writeKey(field.name().in(dialect));
      field.value().write(of, out, dialect);
    }
  }
}
