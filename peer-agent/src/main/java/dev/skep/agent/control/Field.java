package dev.skep.agent.control;

import jakarta.json.stream.JsonGenerator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** One named value of a {@code T}, and how it is written. */
record Field<T>(Name name, Value<T> value) {

  /** Writes a value alone: the key stands before it already, or it is an element of an array. */
  interface Value<T> {
    void write(T of, JsonGenerator out, Dialect dialect);
  }

  static <T> Field<T> number(Name name, ToLongFunction<T> value) {
    return new Field<>(name, (of, out, _) -> out.write(value.applyAsLong(of)));
  }

  /** A number with a fraction. */
  static <T> Field<T> real(Name name, ToDoubleFunction<T> value) {
    return new Field<>(name, (of, out, _) -> out.write(value.applyAsDouble(of)));
  }

  static <T> Field<T> flag(Name name, Predicate<T> value) {
    return new Field<>(name, (of, out, _) -> out.write(value.test(of)));
  }

  static <T> Field<T> text(Name name, Function<T, String> value) {
    return new Field<>(name, (of, out, _) -> out.write(value.apply(of)));
  }

  static <T> Field<T> texts(Name name, Function<T, List<String>> values) {
    return new Field<>(
        name,
        (of, out, _) -> {
          out.writeStartArray();
          values.apply(of).forEach(out::write);
          out.writeEnd();
        });
  }

  static <T> Field<T> numbers(Name name, Function<T, List<Integer>> values) {
    return new Field<>(
        name,
        (of, out, _) -> {
          out.writeStartArray();
          values.apply(of).forEach(number -> out.write((int) number));
          out.writeEnd();
        });
  }

  /** One for each of many. */
  static <T> Field<T> counts(Name name, Function<T, int[]> values) {
    return new Field<>(
        name,
        (of, out, _) -> {
          out.writeStartArray();
          for (int value : values.apply(of)) {
            out.write(value);
          }
          out.writeEnd();
        });
  }

  /** Objects that have fields themselves. */
  static <T, U> Field<T> objects(Name name, Function<T, List<U>> values, FieldTable<U> table) {
    return new Field<>(
        name,
        (of, out, dialect) -> {
          out.writeStartArray();
          values.apply(of).forEach(each -> table.write(each, out, dialect));
          out.writeEnd();
        });
  }

  /** One object that has fields itself. */
  static <T, U> Field<T> object(Name name, Function<T, U> value, FieldTable<U> table) {
    return new Field<>(name, (of, out, dialect) -> table.write(value.apply(of), out, dialect));
  }
}
