package dev.skep.tracker.system;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/** Which permissions new files of this process do not get (POSIX). */
public final class Umask {
  private static final int OWNER_ONLY = 0077;

  private Umask() {}

  /**
   * From now on only this user may read what this process makes, also what libraries make of which
   * nobody can ask it. Where native calls are not allowed, nothing changes.
   */
  @SuppressWarnings("restricted") // only where native calls are allowed
  public static void ownerOnly() {
    if (!Umask.class.getModule().isNativeAccessEnabled()
        || System.getProperty("os.name").startsWith("Windows")) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    MethodHandle umask =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("umask"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT)); // mode_t is as wide where it matters
    try {
      int _ = (int) umask.invokeExact(OWNER_ONLY);
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }
}
