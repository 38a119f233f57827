package dev.skep.tracker.swarm.rows;

/**
 * The parts that a swarm's peers lie in, by their numbers: of each address family the firsts, one
 * for each IPv4 address or sixteenth of an IPv6 /48, and all others. A peer is told of firsts
 * before it is told of others, so an address with a thousand ports is told of no more often than
 * any, and who has a /48 no more often than sixteen.
 */
public final class RowKinds {
  /** How many there are. */
  public static final int PARTS = 4;

  private final Hashing hashing;
  private final PeerRows[] none = new PeerRows[PARTS];

  /**
   * The kinds of one store.
   *
   * @param keepsIds whether rows end with a peer id
   */
  public RowKinds(Hashing hashing, boolean keepsIds) {
    this.hashing = hashing;
    for (int part = 0; part < PARTS; part++) {
      int addressBytes = part == firsts(true) || part == others(true) ? Integer.BYTES : 16;
      boolean onePerAddress = part == firsts(true) || part == firsts(false);
      none[part] = new PeerRows(new RowLayout(addressBytes, keepsIds, onePerAddress), hashing);
    }
  }

  /** The part of the firsts of a family. */
  public static int firsts(boolean v4) {
    return v4 ? 0 : 1;
  }

  /** The part of the others of a family. */
  public static int others(boolean v4) {
    return v4 ? 2 : 3;
  }

  /** What stands for a part in which there is nobody, in any swarm; never to be changed. */
  public PeerRows none(int part) {
    return none[part];
  }

  /** Rows for a part that is to take somebody in. */
  public PeerRows create(int part) {
    return new PeerRows(none[part].layout(), hashing);
  }
}
