package dev.skep.tracker;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Threads whose work can wait: where they share a processor with those that answer, these go first.
 * Without that an announce that comes while swarms are saved waits for up to a scheduler's slice.
 */
final class Background {
  /**
   * A third of the others' weight (nice 5): enough to save in time where all want the processor.
   */
  private static final int NICENESS = 5;

  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;

  private Background() {}

  /** Starts something whose threads are to have a lower priority, on Linux; elsewhere as it is. */
  static <T> T start(Supplier<T> starting) {
    var started = new CompletableFuture<T>();
    // Linux gives a new thread the priority of the one that starts it.
    Thread.ofPlatform()
        .name("background")
        .start(
            () -> {
              lowerPriority();
              started.completeAsync(starting, Runnable::run);
            });
    return started.join();
  }

  @SuppressWarnings("restricted") // the launcher allows native calls; without that it is left out
  private static void lowerPriority() {
    if (!System.getProperty("os.name").equals("Linux")
        || !Background.class.getModule().isNativeAccessEnabled()) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    MethodHandle setPriority =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("setpriority"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    try {
      int _ = (int) setPriority.invokeExact(PRIO_PROCESS, CALLING_THREAD, NICENESS);
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }
}
