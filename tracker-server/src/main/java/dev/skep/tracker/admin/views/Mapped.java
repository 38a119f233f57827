package dev.skep.tracker.admin.views;

import java.util.Iterator;
import java.util.function.Function;

/** What {@code each} gives, made into something else only when it is asked for. */
record Mapped<A, B>(Iterator<A> each, Function<A, B> into) implements Iterator<B> {
  @Override
  public boolean hasNext() {
    return each.hasNext();
  }

  @Override
  public B next() {
    return into.apply(each.next());
  }
}
