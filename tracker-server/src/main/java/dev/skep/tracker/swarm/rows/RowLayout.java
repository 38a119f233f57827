package dev.skep.tracker.swarm.rows;

import dev.skep.protocol.BigEndian;
import dev.skep.protocol.address.IpAddress;

/**
 * How the row of a peer lies in memory, by address family: address · port 2 · seen 2 · flags 1 ·
 * left 1 · client 2 · uploaded 2 · downloaded 2 [· peer id 20], big-endian: 16 bytes for IPv4, 28
 * for IPv6, and 20 more where ids are kept.
 *
 * @param addressBytes 4 or 16
 * @param keepsIds whether a peer id ends the row
 * @param onePerAddress whether there is one row at most for each IPv4 address or sixteenth of an
 *     IPv6 /48, which then is found by that alone
 */
public record RowLayout(int addressBytes, boolean keepsIds, boolean onePerAddress) {
  static final int ID_BYTES = 20;
  private static final int AFTER_ADDRESS = 12;

  /** Whether the addresses are of IPv4. */
  public boolean ipv4() {
    return addressBytes == Integer.BYTES;
  }

  /** Bytes of a row. */
  public int stride() {
    return addressBytes + AFTER_ADDRESS + (keepsIds ? ID_BYTES : 0);
  }

  /** The address of the row at {@code at} as {@link IpAddress} has it, first half. */
  public long high(byte[] rows, int at) {
    return ipv4() ? 0 : BigEndian.longAt(rows, at);
  }

  /** Its second half. */
  public long low(byte[] rows, int at) {
    return ipv4() ? IpAddress.lowOfIpv4(BigEndian.intAt(rows, at)) : BigEndian.longAt(rows, at + 8);
  }

  /** Its port. */
  public int port(byte[] rows, int at) {
    return Short.toUnsignedInt(BigEndian.shortAt(rows, at + port()));
  }

  int port() {
    return addressBytes;
  }

  /** The second in which the peer was last heard, the low 16 bits of it. */
  int seen() {
    return addressBytes + 2;
  }

  /** Seconds since the peer of the row at {@code at} was heard; shortly ahead counts as now. */
  public int age(byte[] rows, int at, int now) {
    return ageOf(BigEndian.shortAt(rows, at + seen()), now);
  }

  /** Seconds since {@code seen}, as it stands in a row. */
  public static int ageOf(short seen, int now) {
    int age = (now - seen) & 0xffff;
    return age >= 0xff00 ? 0 : age;
  }

  /** Low four bits: flags; high four: the class of its recent upload. */
  int flags() {
    return addressBytes + 4;
  }

  int left() {
    return addressBytes + 5;
  }

  /** The two letters of an Azureus-style peer id, or zeros. */
  int client() {
    return addressBytes + 6;
  }

  int uploaded() {
    return addressBytes + 8;
  }

  int downloaded() {
    return addressBytes + 10;
  }

  /** Where in a row the peer id begins, where ids are kept. */
  public int id() {
    return addressBytes + AFTER_ADDRESS;
  }
}
