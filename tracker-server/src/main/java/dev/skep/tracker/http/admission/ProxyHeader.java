package dev.skep.tracker.http.admission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a load balancer sends in front of a connection to say whose it is (the PROXY protocol of
 * HAProxy, versions 1 and 2).
 */
final class ProxyHeader {
  private static final byte[] VERSION_2 = HexFormat.of().parseHex("0d0a0d0a000d0a515549540a");

  /** The protocol's own bound of a line, with its end. */
  private static final int LONGEST_LINE_BYTES = 107;

  private static final int FIXED_BYTES = 16;

  /** Of addresses and what stands behind them, of which we read nothing. */
  private static final int MOST_MORE_BYTES = 4096;

  private static final int PROXIED = 0x21;
  private static final int LOCAL = 0x20;
  private static final int TCP_OVER_IPV4 = 0x11;
  private static final int TCP_OVER_IPV6 = 0x21;

  private static final Pattern LINE =
      Pattern.compile(
          "PROXY (?:UNKNOWN(?: .*)?"
              + "|TCP4 (?<v4>\\d{1,3}(?:\\.\\d{1,3}){3}) \\S+ (?<port4>\\d{1,5}) \\d{1,5}"
              + "|TCP6 (?<v6>[0-9A-Fa-f:.]+) \\S+ (?<port6>\\d{1,5}) \\d{1,5})\r\n");

  private final Optional<InetSocketAddress> source;
  private final byte[] rest;

  private ProxyHeader(Optional<InetSocketAddress> source, byte[] rest) {
    this.source = source;
    this.rest = rest;
  }

  /**
   * Where the connection comes from; absent if it is the balancer's own, such as a check of health,
   * or of no family that we know.
   */
  Optional<InetSocketAddress> source() {
    return source;
  }

  /** What came behind it already. */
  byte[] rest() {
    return rest;
  }

  /**
   * Reads one, and waits for it.
   *
   * @throws EOFException if nothing more comes, as when a balancer looks whether somebody is there
   * @throws IOException if something else comes
   */
  static ProxyHeader read(InputStream in) throws IOException {
    byte[] came = new byte[FIXED_BYTES + MOST_MORE_BYTES];
    int length = 0;
    int needed = 1;
    while (length < needed) {
      int read = in.read(came, length, came.length - length);
      if (read < 0) {
        throw new EOFException("the connection ended before its PROXY header did");
      }
      length += read;
      needed = needed(came, length);
    }
    byte[] rest = Arrays.copyOfRange(came, needed, length);
    return new ProxyHeader(came[0] == 'P' ? line(came, needed) : binary(came, needed), rest);
  }

  /** How long the header is; more than there is, if that is not all of it. */
  private static int needed(byte[] came, int length) throws IOException {
    if (came[0] == 'P') {
      for (int i = 1; i < Math.min(length, LONGEST_LINE_BYTES); i++) {
        if (came[i] == '\n') {
          return i + 1;
        }
      }
      if (length < LONGEST_LINE_BYTES) {
        return length + 1;
      }
    } else {
      int known = Math.min(length, VERSION_2.length);
      if (Arrays.equals(came, 0, known, VERSION_2, 0, known)) {
        return length < FIXED_BYTES ? FIXED_BYTES : FIXED_BYTES + moreBytes(came);
      }
    }
    throw new IOException("it does not begin with a PROXY header");
  }

  private static int moreBytes(byte[] came) throws IOException {
    int more = (came[14] & 0xff) << 8 | (came[15] & 0xff);
    if (more > MOST_MORE_BYTES) {
      throw new IOException("its PROXY header is longer than " + MOST_MORE_BYTES + " bytes");
    }
    return more;
  }

  private static Optional<InetSocketAddress> line(byte[] came, int length) throws IOException {
    Matcher line = LINE.matcher(new String(came, 0, length, ISO_8859_1));
    if (!line.matches()) {
      throw new IOException("its PROXY header is malformed");
    }
    String address = line.group("v4") == null ? line.group("v6") : line.group("v4");
    String port = line.group("v4") == null ? line.group("port6") : line.group("port4");
    if (address == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new InetSocketAddress(InetAddress.ofLiteral(address), Integer.parseInt(port)));
    } catch (IllegalArgumentException e) {
      throw new IOException("its PROXY header names no address", e);
    }
  }

  private static Optional<InetSocketAddress> binary(byte[] came, int length) throws IOException {
    int command = came[12] & 0xff;
    if (command != PROXIED && command != LOCAL) {
      throw new IOException("its PROXY header has a version or command that nobody knows");
    }
    int addressBytes =
        switch (came[13] & 0xff) {
          case TCP_OVER_IPV4 -> 4;
          case TCP_OVER_IPV6 -> 16;
          default -> 0;
        };
    if (command == LOCAL || addressBytes == 0) {
      return Optional.empty();
    }
    int ports = FIXED_BYTES + 2 * addressBytes;
    if (length < ports + 4) {
      throw new IOException("its PROXY header is too short for its addresses");
    }
    byte[] address = Arrays.copyOfRange(came, FIXED_BYTES, FIXED_BYTES + addressBytes);
    int port = (came[ports] & 0xff) << 8 | (came[ports + 1] & 0xff);
    return Optional.of(new InetSocketAddress(InetAddress.getByAddress(address), port));
  }
}
