package dev.skep.tracker.udp;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.skep.protocol.address.IpAddress;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A UDP socket of Linux that receives and sends several datagrams per system call (recvmmsg,
 * sendmmsg), in buffers that are allocated once. Serves both address families; IPv4 peers appear as
 * mapped addresses. For one thread, but {@link #close} may come from any.
 *
 * <p>Bound to no address in particular, it answers from the one that was asked: the system would
 * choose any of the machine's, and clients take another one for a stranger's.
 */
public final class BatchSocket implements AutoCloseable {
  /** Most datagrams per call. */
  public static final int BATCH = 32;

  private static final ValueLayout.OfLong BIG_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfShort BIG_SHORT =
      ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

  // struct mmsghdr { struct msghdr { name, namelen, iov, iovlen, control, controllen, flags }; len
  // }
  private static final long HEADER_BYTES = 64;
  private static final long NAME = 0;
  private static final long NAME_LENGTH = 8;
  private static final long IO_VECTOR = 16;
  private static final long IO_VECTORS = 24;
  private static final long CONTROL = 32;
  private static final long CONTROL_LENGTH = 40;
  private static final long LENGTH = 56;

  // struct iovec { base, length }
  private static final long IO_VECTOR_BYTES = 16;
  private static final long IO_LENGTH = 8;

  // struct sockaddr_in6 { family 2, port 2, flow 4, address 16, scope 4 }
  private static final long ADDRESS_BYTES = 28;
  private static final long PORT = 2;
  private static final long ADDRESS_HIGH = 8;
  private static final long ADDRESS_LOW = 16;
  private static final long NAME_STRIDE = 32;

  // struct cmsghdr { length 8, level 4, type 4 }, struct in6_pktinfo { address 16, interface 4 }
  private static final long CONTROL_BYTES = 40;
  private static final long INTERFACE = 32;

  private static final Path IPV6 = Path.of("/proc/net/if_inet6");

  private final Arena arena = Arena.ofAuto();
  private final MemorySegment callState = arena.allocate(NativeSockets.callState());
  private final MemorySegment received = arena.allocate(BATCH * HEADER_BYTES, 8);
  private final MemorySegment toSend = arena.allocate(BATCH * HEADER_BYTES, 8);
  private final MemorySegment names = arena.allocate(BATCH * NAME_STRIDE, 8);
  private final MemorySegment sendNames = arena.allocate(BATCH * NAME_STRIDE, 8);
  private final MemorySegment controls = arena.allocate(BATCH * CONTROL_BYTES, 8);
  private final MemorySegment sendControls = arena.allocate(BATCH * CONTROL_BYTES, 8);
  private final MemorySegment sendVectors;
  private final long controlBytes; // 0 if the socket has one address only
  private final ByteBuffer[] in = new ByteBuffer[BATCH];
  private final ByteBuffer[] out = new ByteBuffer[BATCH];
  private final int fd;
  private final InetSocketAddress address;
  private int queued;
  private volatile boolean closed;

  /** Whether this system has what this class needs. */
  public static boolean isSupported() {
    try {
      return System.getProperty("os.name").equals("Linux")
          && ADDRESS.byteSize() == Long.BYTES
          && Files.exists(IPV6) // a socket of that family serves both
          && BatchSocket.class.getModule().isNativeAccessEnabled();
    } catch (UnsupportedOperationException _) {
      return false;
    }
  }

  /**
   * Opens and binds a socket.
   *
   * @param shared whether further sockets may share the port (SO_REUSEPORT)
   * @param receiveBufferBytes what the system is asked to queue before it drops
   * @param requestBytes longest datagram received; longer ones are cut
   * @param answerBytes longest datagram sent
   * @throws BindException if the address cannot be bound; the message says why
   */
  public static BatchSocket open(
      InetSocketAddress address,
      boolean shared,
      int receiveBufferBytes,
      int requestBytes,
      int answerBytes)
      throws IOException {
    return new BatchSocket(address, shared, receiveBufferBytes, requestBytes, answerBytes);
  }

  private BatchSocket(
      InetSocketAddress wanted,
      boolean shared,
      int receiveBufferBytes,
      int requestBytes,
      int answerBytes)
      throws IOException {
    boolean any = wanted.getAddress().isAnyLocalAddress();
    controlBytes = any ? CONTROL_BYTES : 0;
    fd = NativeSockets.socket(callState, NativeSockets.AF_INET6, NativeSockets.SOCK_DGRAM);
    if (fd < 0) {
      throw new SocketException("no UDP socket: " + reason());
    }
    try {
      option(NativeSockets.IPPROTO_IPV6, NativeSockets.IPV6_V6ONLY, 0);
      option(NativeSockets.SOL_SOCKET, NativeSockets.SO_RCVBUF, receiveBufferBytes);
      if (shared) {
        option(NativeSockets.SOL_SOCKET, NativeSockets.SO_REUSEPORT, 1);
      }
      if (any) {
        option(NativeSockets.IPPROTO_IPV6, NativeSockets.IPV6_RECVPKTINFO, 1);
      }
      wakeUpNowAndThen();
      address = bind(wanted);
    } catch (IOException e) {
      NativeSockets.close(callState, fd);
      throw e;
    }
    vectors(received, names, controls, in, requestBytes);
    sendVectors = vectors(toSend, sendNames, sendControls, out, answerBytes);
  }

  /** Allocates the buffers of one direction and ties them to its message headers. */
  private MemorySegment vectors(
      MemorySegment headers,
      MemorySegment theirNames,
      MemorySegment theirControls,
      ByteBuffer[] buffers,
      int bytes) {
    MemorySegment data = arena.allocate((long) BATCH * bytes, 64);
    MemorySegment ioVectors = arena.allocate(BATCH * IO_VECTOR_BYTES, 8);
    for (int i = 0; i < BATCH; i++) {
      MemorySegment buffer = data.asSlice((long) i * bytes, bytes);
      buffers[i] = buffer.asByteBuffer();
      MemorySegment vector = ioVectors.asSlice(i * IO_VECTOR_BYTES, IO_VECTOR_BYTES);
      vector.set(ADDRESS, 0, buffer);
      vector.set(JAVA_LONG, IO_LENGTH, bytes);
      MemorySegment header = headers.asSlice(i * HEADER_BYTES, HEADER_BYTES);
      header.set(ADDRESS, NAME, theirNames.asSlice(i * NAME_STRIDE, ADDRESS_BYTES));
      header.set(JAVA_INT, NAME_LENGTH, (int) ADDRESS_BYTES);
      header.set(ADDRESS, IO_VECTOR, vector);
      header.set(JAVA_LONG, IO_VECTORS, 1);
      header.set(ADDRESS, CONTROL, theirControls.asSlice(i * CONTROL_BYTES, CONTROL_BYTES));
      theirNames.set(ValueLayout.JAVA_SHORT, i * NAME_STRIDE, (short) NativeSockets.AF_INET6);
    }
    return ioVectors;
  }

  /** Where it is bound. */
  public InetSocketAddress address() {
    return address;
  }

  /**
   * Waits for datagrams, at most a fraction of a second.
   *
   * @return how many came, 0 to {@link #BATCH}; their bytes are in {@link #received}
   */
  public int receive() {
    int count = receiveNow();
    if (count == 0) {
      count = taken(NativeSockets.receive(callState, fd, received, BATCH));
    }
    return count;
  }

  /** Takes the datagrams that are there, without waiting. */
  public int receiveNow() {
    for (int i = 0; i < BATCH; i++) {
      received.set(JAVA_INT, i * HEADER_BYTES + NAME_LENGTH, (int) ADDRESS_BYTES);
      received.set(JAVA_LONG, i * HEADER_BYTES + CONTROL_LENGTH, controlBytes);
    }
    return taken(NativeSockets.receiveNow(fd, received, BATCH));
  }

  private int taken(int count) {
    for (int i = 0; i < count; i++) {
      in[i].limit(received.get(JAVA_INT, i * HEADER_BYTES + LENGTH));
    }
    return Math.max(0, count);
  }

  /** Datagram {@code i} of the last {@link #receive}, from position 0 to its limit. */
  public ByteBuffer received(int i) {
    return in[i];
  }

  /** The upper half of the address that datagram {@code i} came from. */
  public long senderHigh(int i) {
    return names.get(BIG_LONG, i * NAME_STRIDE + ADDRESS_HIGH);
  }

  /** The lower half of the address that datagram {@code i} came from. */
  public long senderLow(int i) {
    return names.get(BIG_LONG, i * NAME_STRIDE + ADDRESS_LOW);
  }

  /** Where to write the next datagram to send, from position 0; its limit is its capacity. */
  public ByteBuffer next() {
    return out[queued];
  }

  /** Queues what was written to {@link #next} for the sender of received datagram {@code i}. */
  public void answer(int i, int lengthBytes) {
    MemorySegment.copy(names, i * NAME_STRIDE, sendNames, queued * NAME_STRIDE, ADDRESS_BYTES);
    if (controlBytes > 0) {
      long to = queued * CONTROL_BYTES;
      MemorySegment.copy(controls, i * CONTROL_BYTES, sendControls, to, CONTROL_BYTES);
      sendControls.set(JAVA_INT, to + INTERFACE, 0); // the way back is the system's to choose
    }
    queue(lengthBytes, received.get(JAVA_LONG, i * HEADER_BYTES + CONTROL_LENGTH));
  }

  /** Queues what was written to {@link #next} for {@code to}. */
  public void queue(int lengthBytes, IpAddress to, int port) {
    writeAddress(sendNames.asSlice(queued * NAME_STRIDE, ADDRESS_BYTES), to, port);
    queue(lengthBytes, 0);
  }

  private void queue(int lengthBytes, long usedControlBytes) {
    toSend.set(JAVA_LONG, queued * HEADER_BYTES + CONTROL_LENGTH, usedControlBytes);
    sendVectors.set(JAVA_LONG, queued * IO_VECTOR_BYTES + IO_LENGTH, lengthBytes);
    queued++;
  }

  /** How many datagrams wait to be sent, at most {@link #BATCH}. */
  public int queued() {
    return queued;
  }

  /**
   * Sends what is queued. What the system does not take is dropped, as networks do.
   *
   * @return how many were dropped
   */
  public int send() {
    int dropped = 0;
    for (int done = 0; done < queued; ) {
      int sent = NativeSockets.sendNow(fd, toSend.asSlice(done * HEADER_BYTES), queued - done);
      if (sent <= 0) {
        dropped++;
      }
      done += Math.max(1, sent);
    }
    queued = 0;
    return dropped;
  }

  /** Whether {@link #close} was called. */
  public boolean isClosed() {
    return closed;
  }

  /** Asks the thread that receives to end; it calls {@link #release} then. */
  @Override
  public void close() {
    closed = true;
  }

  /** Gives the socket back to the system; by the thread that used it, as its last call. */
  public void release() {
    NativeSockets.close(callState, fd);
  }

  private InetSocketAddress bind(InetSocketAddress wanted) throws BindException {
    MemorySegment name = arena.allocate(ADDRESS_BYTES, 8);
    IpAddress ip = IpAddress.of(wanted.getAddress());
    boolean any = wanted.getAddress().isAnyLocalAddress();
    writeAddress(name, any && !ip.isIpv4() ? new IpAddress(0, 0) : ip, wanted.getPort());
    if (NativeSockets.bind(callState, fd, name) < 0) {
      throw new BindException(reason());
    }
    MemorySegment length = arena.allocateFrom(JAVA_INT, (int) ADDRESS_BYTES);
    NativeSockets.socketName(callState, fd, name, length);
    return new InetSocketAddress(
        wanted.getAddress(), Short.toUnsignedInt(name.get(BIG_SHORT, PORT)));
  }

  private static void writeAddress(MemorySegment name, IpAddress ip, int port) {
    name.set(ValueLayout.JAVA_SHORT, 0, (short) NativeSockets.AF_INET6);
    name.set(BIG_SHORT, PORT, (short) port);
    name.set(BIG_LONG, ADDRESS_HIGH, ip.high());
    name.set(BIG_LONG, ADDRESS_LOW, ip.low());
  }

  private void option(int level, int option, int value) throws SocketException {
    MemorySegment segment = arena.allocateFrom(JAVA_INT, value);
    if (NativeSockets.setOption(callState, fd, level, option, segment) < 0) {
      throw new SocketException("socket option " + option + ": " + reason());
    }
  }

  /** A receive that waits returns after a while, so that a closed socket is noticed. */
  private void wakeUpNowAndThen() throws SocketException {
    MemorySegment time = arena.allocateFrom(JAVA_LONG, 0, 200_000);
    int level = NativeSockets.SOL_SOCKET;
    if (NativeSockets.setOption(callState, fd, level, NativeSockets.SO_RCVTIMEO, time) < 0) {
      throw new SocketException("receive timeout: " + reason());
    }
  }

  private String reason() {
    return NativeSockets.describe(NativeSockets.errno(callState));
  }
}
