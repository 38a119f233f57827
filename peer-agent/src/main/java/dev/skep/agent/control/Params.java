package dev.skep.agent.control;

import dev.skep.agent.control.RpcException.Kind;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The arguments of a call, by any spelling of their names. Values of another kind than is asked for
 * count as absent, as with Transmission, which takes 0, 1 and words for flags too.
 */
final class Params {
  private final Map<String, JsonValue> values = new HashMap<>();

  Params(JsonObject arguments) {
    arguments.forEach((name, value) -> values.put(Dialect.root(name), value));
  }

  boolean has(String name) {
    return values.containsKey(Dialect.root(name));
  }

  /** The roots of all names. */
  Set<String> roots() {
    return values.keySet();
  }

  Optional<JsonValue> value(String name) {
    return Optional.ofNullable(values.get(Dialect.root(name)));
  }

  Optional<String> text(String name) {
    return value(name)
        .filter(JsonString.class::isInstance)
        .map(value -> ((JsonString) value).getString());
  }

  Optional<Long> number(String name) {
    return value(name)
        .filter(JsonNumber.class::isInstance)
        .map(value -> ((JsonNumber) value).bigDecimalValue().longValue());
  }

  /** A number that fits an int; what is beyond is as far as one goes. */
  Optional<Integer> count(String name) {
    return number(name).map(value -> Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
  }

  Optional<Double> real(String name) {
    return value(name)
        .filter(JsonNumber.class::isInstance)
        .map(value -> ((JsonNumber) value).doubleValue());
  }

  Optional<Boolean> flag(String name) {
    return value(name)
        .flatMap(
            value ->
                switch (value) {
                  case JsonNumber number -> Optional.of(number.intValue() != 0);
                  case JsonString text when text.getString().equals("true") -> Optional.of(true);
                  case JsonString text when text.getString().equals("false") -> Optional.of(false);
                  default ->
                      switch (value.getValueType()) {
                        case TRUE -> Optional.of(true);
                        case FALSE -> Optional.of(false);
                        default -> Optional.<Boolean>empty();
                      };
                });
  }

  Optional<JsonArray> list(String name) {
    return value(name).filter(JsonArray.class::isInstance).map(JsonArray.class::cast);
  }

  /** The texts among its elements. */
  Optional<List<String>> texts(String name) {
    return list(name)
        .map(
            list -> {
              List<String> texts = new ArrayList<>();
              for (JsonValue each : list) {
                if (each instanceof JsonString text) {
                  texts.add(text.getString());
                }
              }
              return texts;
            });
  }

  /**
   * Indexes of files; all of them if the list is empty.
   *
   * @param most how many files there are
   */
  Optional<List<Integer>> files(String name, int most) throws RpcException {
    Optional<JsonArray> list = list(name);
    if (list.isEmpty()) {
      return Optional.empty();
    }
    List<Integer> files = new ArrayList<>();
    for (JsonValue each : list.get()) {
      int index = each instanceof JsonNumber number ? number.intValue() : -1;
      if (index < 0 || index >= most) {
        throw new RpcException(Kind.FILE_OUT_OF_RANGE);
      }
      files.add(index);
    }
    if (files.isEmpty()) {
      for (int i = 0; i < most; i++) {
        files.add(i);
      }
    }
    return Optional.of(files);
  }
}
