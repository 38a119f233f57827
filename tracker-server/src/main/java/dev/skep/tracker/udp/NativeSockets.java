package dev.skep.tracker.udp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The socket calls of Linux that the JDK does not offer, through the foreign-function interface.
 */
@SuppressWarnings(
    "restricted") // native calls; the launcher allows them, and without it nobody comes here
final class NativeSockets {
  static final int AF_INET6 = 10;
  static final int SOCK_DGRAM = 2;
  static final int SOL_SOCKET = 1;
  static final int SO_RCVBUF = 8;
  static final int SO_REUSEPORT = 15;
  static final int SO_RCVTIMEO = 20;
  static final int IPPROTO_IPV6 = 41;
  static final int IPV6_V6ONLY = 26;
  static final int IPV6_RECVPKTINFO = 49;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_WAITFORONE = 0x10000;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option WITH_ERRNO = Linker.Option.captureCallState("errno");
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET = handle("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SETSOCKOPT =
      handle("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle BIND = handle("bind", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle GETSOCKNAME = handle("getsockname", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle CLOSE = handle("close", JAVA_INT);
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  private static final MethodHandle RECVMMSG =
      handle("recvmmsg", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);

  // Cheaper calls, which hold up the collector: only ever with MSG_DONTWAIT.
  private static final MethodHandle RECVMMSG_NOW =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("recvmmsg"),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS),
          Linker.Option.critical(false));
  private static final MethodHandle SENDMMSG_NOW =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("sendmmsg"),
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
          Linker.Option.critical(false));

  private NativeSockets() {}

  /** A place for the error number of calls by one thread. */
  static MemoryLayout callState() {
    return CALL_STATE;
  }

  static int errno(MemorySegment callState) {
    return (int) ERRNO.get(callState, 0L);
  }

  static int socket(MemorySegment state, int domain, int type) {
    return call(() -> (int) SOCKET.invokeExact(state, domain, type, 0));
  }

  static int setOption(MemorySegment state, int fd, int level, int option, MemorySegment value) {
    int length = Math.toIntExact(value.byteSize());
    return call(() -> (int) SETSOCKOPT.invokeExact(state, fd, level, option, value, length));
  }

  static int bind(MemorySegment state, int fd, MemorySegment address) {
    int length = Math.toIntExact(address.byteSize());
    return call(() -> (int) BIND.invokeExact(state, fd, address, length));
  }

  static int socketName(MemorySegment state, int fd, MemorySegment address, MemorySegment length) {
    return call(() -> (int) GETSOCKNAME.invokeExact(state, fd, address, length));
  }

  static int close(MemorySegment state, int fd) {
    return call(() -> (int) CLOSE.invokeExact(state, fd));
  }

  /** Waits for one datagram and takes what else is there; -1 and an error number if none came. */
  static int receive(MemorySegment state, int fd, MemorySegment headers, int count) {
    try {
      return (int)
          RECVMMSG.invokeExact(state, fd, headers, count, MSG_WAITFORONE, MemorySegment.NULL);
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }

  /** Takes the datagrams that are there; -1 if there is none. */
  static int receiveNow(int fd, MemorySegment headers, int count) {
    try {
      return (int) RECVMMSG_NOW.invokeExact(fd, headers, count, MSG_DONTWAIT, MemorySegment.NULL);
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }

  /** Sends datagrams without waiting; how many were sent before one failed, -1 if the first did. */
  static int sendNow(int fd, MemorySegment headers, int count) {
    try {
      return (int) SENDMMSG_NOW.invokeExact(fd, headers, count, MSG_DONTWAIT);
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }

  static String describe(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(256).getString(0);
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }

  private static MethodHandle handle(String name, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_INT, arguments),
        WITH_ERRNO);
  }

  @FunctionalInterface
  private interface NativeCall {
    int invoke() throws Throwable;
  }

  private static int call(NativeCall call) {
    try {
      return call.invoke();
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }
}
