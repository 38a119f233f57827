package dev.skep.service.supervisor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Datagrams to a socket in the file system of Linux. The JDK has streams there only, so these are
 * the system's own functions. Open as long as the process runs.
 */
final class DatagramTo {
  private static final short AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int MSG_NOSIGNAL_DONTWAIT = 0x4000 | 0x40;

  /** Of {@code sockaddr_un}: the family, and a path of at most 108 bytes. */
  private static final int PATH_OFFSET = 2;

  private static final int MOST_PATH_BYTES = 108;

  private final MethodHandle sendto;
  private final int socket;
  private final byte[] path;

  private DatagramTo(MethodHandle sendto, int socket, byte[] path) {
    this.sendto = sendto;
    this.socket = socket;
    this.path = path;
  }

  /**
   * Opens a socket that sends to another one.
   *
   * @param path of the other; {@code @} stands for the zero that an abstract name begins with
   * @throws UnsupportedOperationException where that cannot be
   * @throws IllegalArgumentException if it cannot be the path of a socket
   */
  @SuppressWarnings("restricted") // only where native calls are allowed
  static DatagramTo open(String path) {
    if (!System.getProperty("os.name").equals("Linux")
        || !DatagramTo.class.getModule().isNativeAccessEnabled()) {
      throw new UnsupportedOperationException("native calls are not allowed here");
    }
    byte[] name = path.getBytes(UTF_8);
    if (name.length >= MOST_PATH_BYTES || !(path.startsWith("/") || path.startsWith("@"))) {
      throw new IllegalArgumentException("NOTIFY_SOCKET is '" + path + "'");
    }
    if (name[0] == '@') {
      name[0] = 0;
    }
    Linker linker = Linker.nativeLinker();
    MethodHandle socket =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("socket"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    MethodHandle sendto =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("sendto"),
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    try {
      int descriptor = (int) socket.invokeExact((int) AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
      if (descriptor < 0) {
        throw new UnsupportedOperationException("no socket can be had");
      }
      return new DatagramTo(sendto, descriptor, name);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }

  /** Sends one; returns whether it was taken. */
  boolean send(String message) {
    byte[] bytes = message.getBytes(UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment to = arena.allocate(PATH_OFFSET + MOST_PATH_BYTES, Short.BYTES);
      to.set(JAVA_SHORT, 0, AF_UNIX);
      MemorySegment.copy(path, 0, to, JAVA_BYTE, PATH_OFFSET, path.length);
      MemorySegment data = arena.allocateFrom(JAVA_BYTE, bytes);
      long sent =
          (long)
              sendto.invokeExact(
                  socket,
                  data,
                  (long) bytes.length,
                  MSG_NOSIGNAL_DONTWAIT,
                  to,
                  PATH_OFFSET + path.length);
      return sent == bytes.length;
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing", e);
    }
  }
}
