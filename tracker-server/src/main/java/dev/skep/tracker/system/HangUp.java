package dev.skep.tracker.system;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * SIGHUP, by which operators ask a service to read its files again. To the JVM it is a reason to
 * end. Its interface for signals is no part of the Java platform's, so it is looked for by name.
 */
public final class HangUp {
  private HangUp() {}

  /**
   * From now on SIGHUP does this, on a thread of its own, and ends nothing.
   *
   * @return false where there are no such signals; then nothing is changed
   */
  public static boolean does(Runnable what) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      MethodHandle run =
          MethodHandles.publicLookup()
              .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
              .bindTo(what);
      Object handler =
          MethodHandleProxies.asInterfaceInstance(
              handlerType, MethodHandles.dropArguments(run, 0, signal));
      Object hangUp = signal.getConstructor(String.class).newInstance("HUP");
      signal.getMethod("handle", signal, handlerType).invoke(signal, hangUp, handler);
      return true;
    } catch (ReflectiveOperationException | IllegalArgumentException _) {
      return false;
    }
  }
}
