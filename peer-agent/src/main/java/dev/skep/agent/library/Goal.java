package dev.skep.agent.library;

import java.util.Optional;

/** One thing that ends a torrent's work: what it is itself told, or what holds for all. */
public sealed interface Goal<T> {

  /** What holds for all torrents holds for this one. */
  record Inherited<T>() implements Goal<T> {}

  /** It never ends by this, whatever holds for the others. */
  record Never<T>() implements Goal<T> {}

  /** It ends when it has come so far. */
  record At<T>(T value) implements Goal<T> {}

  static <T> Goal<T> inherited() {
    return new Inherited<>();
  }

  static <T> Goal<T> never() {
    return new Never<>();
  }

  static <T> Goal<T> at(T value) {
    return new At<>(value);
  }

  /** What it is told, or else what the others are. */
  default Goal<T> or(Goal<T> others) {
    return this instanceof Inherited<T> ? others : this;
  }

  /** How far it has to come, if it ends by this. */
  default Optional<T> end() {
    return this instanceof At<T>(T value) ? Optional.of(value) : Optional.empty();
  }
}
