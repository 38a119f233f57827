package dev.skep.tracker.system;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Threads whose work can wait: where they share a processor with those that answer, these go first,
 * on Linux; elsewhere they are as they are. Without that an announce that comes while swarms are
 * saved or code is compiled waits for up to a scheduler's slice.
 */
public final class Background {
  /** A third of the others' weight: enough to save in time where all want the processor. */
  private static final int NICER_BY = 5;

  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;
  private static final List<String> COMPILERS = List.of("C1 Compiler", "C2 Compiler");
  private static final File THREADS = new File("/proc/self/task");

  private Background() {}

  /**
   * Starts something whose threads are to go second, and those that they start.
   *
   * @throws IOException if it threw one
   */
  public static <T> T start(Callable<T> starting) throws IOException {
    var started = new FutureTask<>(starting);
    // Linux gives a new thread the priority of the one that starts it.
    Thread.ofPlatform()
        .name("background")
        .start(
            () -> {
              lowerPriority(CALLING_THREAD);
              started.run();
            });
    try {
      return started.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Lets the JVM's compilers go second; those that they start later are like them. */
  public static void lowerCompilers() {
    if (!canLower()) {
      return;
    }
    for (String thread : Objects.requireNonNullElse(THREADS.list(), new String[0])) {
      try {
        String name = Files.readString(THREADS.toPath().resolve(thread).resolve("comm"));
        if (COMPILERS.stream().anyMatch(name::startsWith)) {
          lowerPriority(Integer.parseInt(thread));
        }
      } catch (IOException _) {
        // It ended meanwhile.
      }
    }
  }

  private static boolean canLower() {
    return System.getProperty("os.name").equals("Linux")
        && Background.class.getModule().isNativeAccessEnabled();
  }

  private static void lowerPriority(int thread) {
    if (!canLower()) {
      return;
    }
    try {
      int now = (int) handle("getpriority", 2).invokeExact(PRIO_PROCESS, thread);
      int _ = (int) handle("setpriority", 3).invokeExact(PRIO_PROCESS, thread, now + NICER_BY);
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }

  @SuppressWarnings("restricted") // only where native calls are allowed
  private static MethodHandle handle(String name, int arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(
            JAVA_INT, Collections.nCopies(arguments, JAVA_INT).toArray(ValueLayout[]::new)));
  }
}
