package dev.skep.service.watch;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which files nobody writes to any more: two looks have found them alike. Of those that are done
 * with it remembers how they were. Not for many threads.
 *
 * @param <S> how a file is
 */
public final class Steady<S> {
  private final Map<Path, S> before = new HashMap<>();
  private final Map<Path, S> done = new HashMap<>();

  /** A look found it so; whether it is steady, and is not done with as it is. */
  public boolean isDue(Path file, S now) {
    boolean isSteady = now.equals(before.put(file, now));
    return isSteady && !Optional.of(now).equals(Optional.ofNullable(done.get(file)));
  }

  /** Nothing more is to be done with it as it is. */
  public void done(Path file, S asItIs) {
    done.put(file, asItIs);
  }

  /** Forgets all others. */
  public void keepOnly(Set<Path> files) {
    before.keySet().retainAll(files);
    done.keySet().retainAll(files);
  }
}
