package dev.skep.service.watch;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** What is wrong with files and folders, told once for each reason. Not for many threads. */
public final class Troubles {
  private static final Logger LOG = System.getLogger(Troubles.class.getName());

  private final Map<Path, String> told = new HashMap<>();

  /** Says so, unless it was said last of this one. */
  public void tell(Path what, String why) {
    if (!why.equals(told.put(what, why))) {
      LOG.log(Level.WARNING, "{0} {1}", what, why);
    }
  }

  /** Nothing is wrong with it any more. */
  public void over(Path what) {
    told.remove(what);
  }

  /** Forgets all others. */
  public void keepOnly(Predicate<Path> these) {
    told.keySet().removeIf(these.negate());
  }
}
