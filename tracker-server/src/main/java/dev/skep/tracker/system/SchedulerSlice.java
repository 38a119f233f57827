package dev.skep.tracker.system;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * How long Linux lets a thread run before others get their turn (sched_setattr(2), from 6.12 on; an
 * older one takes no notice). Who asks for less than others is let in before their turn is over: a
 * thread that wakes for each few datagrams need not wait for the milliseconds of one that compiles
 * or saves.
 */
public final class SchedulerSlice {
  /** The shortest there is. */
  private static final long SHORTEST_NANOS = 100_000;

  // struct sched_attr: size 4 · policy 4 · flags 8 · nice 4 · priority 4 · runtime 8 · two more
  private static final int ATTRIBUTES_BYTES = 48;
  private static final int RUNTIME_OFFSET = 24;
  private static final int CALLING_THREAD = 0;

  /** The numbers of sched_setattr and sched_getattr, for which the C library has no functions. */
  private record Calls(long set, long get) {}

  private SchedulerSlice() {}

  /** Asks for the shortest slice for the calling thread, where that can be done. */
  @SuppressWarnings("restricted") // the launcher allows native calls; without that it is left out
  public static void shorten() {
    Calls calls =
        switch (System.getProperty("os.arch")) {
          case "amd64" -> new Calls(314, 315);
          case "aarch64" -> new Calls(274, 275);
          default -> new Calls(0, 0);
        };
    if (calls.set() == 0
        || !System.getProperty("os.name").equals("Linux")
        || !SchedulerSlice.class.getModule().isNativeAccessEnabled()) {
      return;
    }
    Linker linker = Linker.nativeLinker();
    MethodHandle call =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
            Linker.Option.firstVariadicArg(1));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attributes = arena.allocate(ATTRIBUTES_BYTES, Long.BYTES);
      long got =
          (long) call.invokeExact(calls.get(), CALLING_THREAD, attributes, ATTRIBUTES_BYTES, 0);
      if (got == 0) {
        attributes.set(JAVA_LONG, RUNTIME_OFFSET, SHORTEST_NANOS);
        long _ = (long) call.invokeExact(calls.set(), CALLING_THREAD, attributes, 0, 0);
      }
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }
}
