package dev.skep.tracker;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Threads whose work can wait: where they share a processor with those that answer, these go first,
 * on Linux; elsewhere they are as they are. Without that an announce that comes while swarms are
 * saved or code is compiled waits for up to a scheduler's slice.
 */
final class Background {
  /** A third of the others' weight: enough to save in time where all want the processor. */
  private static final int NICER_BY = 5;

  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;
  private static final List<String> OF_OTHERS = List.of("C1 Compiler", "C2 Compiler", "Eclipse");
  private static final Path THREADS = Path.of("/proc/self/task");

  private Background() {}

  /** Starts something whose threads are to have a lower priority. */
  static <T> T start(Supplier<T> starting) {
    var started = new CompletableFuture<T>();
    // Linux gives a new thread the priority of the one that starts it.
    Thread.ofPlatform()
        .name("background")
        .start(
            () -> {
              lowerPriority(CALLING_THREAD);
              started.completeAsync(starting, Runnable::run);
            });
    return started.join();
  }

  /**
   * Lets threads go second that are there already: the JVM's compilers and the store's. Those that
   * they start later are like them.
   */
  static void lowerThoseOfOthers() {
    if (!canLower()) {
      return;
    }
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        String name = Files.readString(thread.resolve("comm"));
        if (OF_OTHERS.stream().anyMatch(name::startsWith)) {
          lowerPriority(Integer.parseInt(thread.getFileName().toString()));
        }
      }
    } catch (IOException _) {
      // A thread ended meanwhile, or /proc is hidden: the others stay as they are.
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
