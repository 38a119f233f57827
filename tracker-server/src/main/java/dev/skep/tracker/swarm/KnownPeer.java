package dev.skep.tracker.swarm;

import dev.skep.protocol.PeerId;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.swarm.rows.PeerRows;
import dev.skep.tracker.swarm.rows.Standing;
import java.util.Optional;

/**
 * One peer, for people. Numbers of bytes are coarse: within 1/2048, what is left within 1/8.
 *
 * @param client its program, as far as its id names it (BEP 20): with its version where ids are
 *     kept, else without
 * @param idleSeconds since it was last heard
 */
public record KnownPeer(
    IpAddress address,
    int port,
    Standing standing,
    Optional<String> client,
    long uploadedBytes,
    long downloadedBytes,
    long leftBytes,
    int idleSeconds) {
  /** Whether it has everything. */
  public boolean isSeeder() {
    return standing == Standing.SEEDER;
  }

  static KnownPeer of(PeerRows rows, int row, int now) {
    return new KnownPeer(
        rows.address(row),
        rows.port(row),
        rows.standing(row),
        rows.peerId(row).flatMap(PeerId::client).or(() -> client(rows.clientLetters(row))),
        rows.uploadedBytes(row),
        rows.downloadedBytes(row),
        rows.leftBytes(row),
        rows.age(row, now));
  }

  private static Optional<String> client(int letters) {
    char first = (char) (letters >>> 8);
    char second = (char) (letters & 0xff);
    boolean printable = first > ' ' && first < 0x7f && second > ' ' && second < 0x7f;
    return printable ? Optional.of(PeerId.program("" + first + second)) : Optional.empty();
  }
}
