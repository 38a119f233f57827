package dev.skep.protocol.peerwire;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.tracker.CompactPeers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A message of {@code ut_pex}: with whom the sender connected and disconnected since its last (BEP
 * 11).
 *
 * @param added new peers
 * @param dropped peers that are gone
 */
public record PexMessage(List<Added> added, List<Endpoint> dropped) {
  /** Most entries of one list that are read; senders should keep to 50 per message. */
  public static final int MAX_PEERS = 200;

  /**
   * A peer that the sender is connected to.
   *
   * @param at where it is
   * @param flags see the constants
   */
  public record Added(Endpoint at, int flags) {
    public static final int PREFERS_ENCRYPTION = 0x01;
    public static final int SEED = 0x02;
    public static final int UTP = 0x04;
    public static final int HOLEPUNCH = 0x08;
    public static final int REACHABLE = 0x10;

    public boolean seed() {
      return (flags & SEED) != 0;
    }
  }

  public PexMessage {
    added = List.copyOf(added);
    dropped = List.copyOf(dropped);
  }

  /**
   * Reads a payload.
   *
   * @throws ProtocolException if it is malformed
   */
  public static PexMessage decode(byte[] payload) throws ProtocolException {
    BDictionary all = Payloads.dictionary(payload, "ut_pex");
    List<Added> added = new ArrayList<>();
    added(all, "added", CompactPeers.IPV4_BYTES, added);
    added(all, "added6", CompactPeers.IPV6_BYTES, added);
    List<Endpoint> dropped = new ArrayList<>();
    for (Contact c : contacts(all, "dropped", CompactPeers.IPV4_BYTES)) {
      dropped.add(c.at);
    }
    for (Contact c : contacts(all, "dropped6", CompactPeers.IPV6_BYTES)) {
      dropped.add(c.at);
    }
    return new PexMessage(added, dropped);
  }

  private static void added(BDictionary all, String key, int stride, List<Added> into)
      throws ProtocolException {
    Optional<BString> flags = all.string(key + ".f");
    for (Contact c : contacts(all, key, stride)) {
      boolean flagged = flags.isPresent() && c.index < flags.get().length();
      into.add(new Added(c.at, flagged ? flags.get().byteAt(c.index) & 0xff : 0));
    }
  }

  private record Contact(Endpoint at, int index) {}

  private static List<Contact> contacts(BDictionary all, String key, int stride)
      throws ProtocolException {
    BString peers = all.string(key).orElse(BString.of(""));
    if (peers.length() % stride != 0) {
      throw new ProtocolException("ut_pex: " + key + " has " + peers.length() + " bytes");
    }
    int count = Math.min(MAX_PEERS, peers.length() / stride);
    List<Contact> contacts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Endpoint at = CompactPeers.read(peers.asBuffer().position(i * stride), stride);
      if (at.port() != 0) {
        contacts.add(new Contact(at, i));
      }
    }
    return contacts;
  }

  /** The payload. */
  public byte[] encode() {
    BDictionary.Builder all = BDictionary.builder();
    for (boolean ipv4 : new boolean[] {true, false}) {
      String suffix = ipv4 ? "" : "6";
      List<Added> in = added.stream().filter(a -> a.at.isIpv4() == ipv4).toList();
      List<Endpoint> out = dropped.stream().filter(e -> e.isIpv4() == ipv4).toList();
      if (!in.isEmpty()) {
        byte[] flags = new byte[in.size()];
        for (int i = 0; i < flags.length; i++) {
          flags[i] = (byte) in.get(i).flags;
        }
        all.put("added" + suffix, CompactPeers.encode(in.stream().map(Added::at).toList()));
        all.put("added" + suffix + ".f", flags);
      }
      if (!out.isEmpty()) {
        all.put("dropped" + suffix, CompactPeers.encode(out));
      }
    }
    return all.build().rawBytes();
  }
}
