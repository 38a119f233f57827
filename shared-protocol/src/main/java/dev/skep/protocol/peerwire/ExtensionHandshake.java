package dev.skep.protocol.peerwire;

import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BInteger;
import dev.skep.protocol.bencode.BString;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a peer says of its extensions (BEP 10), with id 0 of {@link PeerMessage.Extended}. May come
 * more than once; each changes only what it names.
 *
 * @param messageIds id under which the sender wants each extension's messages, 1 to 255; 0 switches
 *     it off
 * @param client name and version for display; whatever the peer claims
 * @param listenPort where the sender accepts connections, 1 to 65535
 * @param maxRequests how many requests the sender queues ({@code reqq}), 1 or more
 * @param metadataBytes length of the info dictionary (BEP 9), 1 or more
 * @param yourAddress how the sender sees the receiver
 * @param uploadOnly whether it is a seed or partial seed, which downloads nothing (BEP 21)
 */
public record ExtensionHandshake(
    Map<String, Integer> messageIds,
    Optional<String> client,
    OptionalInt listenPort,
    OptionalInt maxRequests,
    OptionalLong metadataBytes,
    Optional<InetAddress> yourAddress,
    Optional<Boolean> uploadOnly) {
  /** Name of the extension that {@link MetadataMessage} belongs to (BEP 9). */
  public static final String UT_METADATA = "ut_metadata";

  /** Name of the extension that {@link PexMessage} belongs to (BEP 11). */
  public static final String UT_PEX = "ut_pex";

  /** Name under which libtorrent looks for {@code upload_only}, which has no messages of use. */
  public static final String UPLOAD_ONLY = "upload_only";

  /** Name of the extension that {@link DontHave} belongs to (BEP 54). */
  public static final String LT_DONTHAVE = "lt_donthave";

  private static final int MAX_EXTENSIONS = 100;
  private static final int MAX_CLIENT_BYTES = 200;

  public ExtensionHandshake {
    messageIds = Map.copyOf(messageIds);
  }

  /** One that names only these extensions. */
  public static ExtensionHandshake of(Map<String, Integer> messageIds) {
    return new ExtensionHandshake(
        messageIds,
        Optional.empty(),
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * The id for an extension's messages to the sender; empty when it does not have it or switched it
   * off.
   */
  public OptionalInt idOf(String extension) {
    int id = messageIds.getOrDefault(extension, 0);
    return id == 0 ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /**
   * Reads a payload. Values that make no sense count as absent.
   *
   * @throws ProtocolException if it is no bencoded dictionary
   */
  public static ExtensionHandshake decode(byte[] payload) throws ProtocolException {
    BDictionary all = Payloads.dictionary(payload, "extension handshake");
    return new ExtensionHandshake(
        messageIds(all.dictionary("m").orElse(BDictionary.builder().build())),
        all.string("v").filter(v -> v.length() <= MAX_CLIENT_BYTES).map(BString::text),
        number(all, "p", 65_535),
        number(all, "reqq", Integer.MAX_VALUE),
        metadataBytes(all),
        all.string("yourip").flatMap(ExtensionHandshake::address),
        all.integer("upload_only").stream().mapToObj(only -> only != 0).findAny());
  }

  private static Map<String, Integer> messageIds(BDictionary m) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (int i = 0; i < m.size() && ids.size() < MAX_EXTENSIONS; i++) {
      if (m.value(i) instanceof BInteger(long id) && id >= 0 && id <= 255) {
        ids.put(m.key(i).text(), (int) id);
      }
    }
    return ids;
  }

  private static OptionalInt number(BDictionary all, String key, int max) {
    long value = all.integer(key).orElse(0);
    return value > 0 && value <= max ? OptionalInt.of((int) value) : OptionalInt.empty();
  }

  private static OptionalLong metadataBytes(BDictionary all) {
    long bytes = all.integer("metadata_size").orElse(0);
    return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
  }

  private static Optional<InetAddress> address(BString bytes) {
    try {
      return bytes.length() == 4 || bytes.length() == 16
          ? Optional.of(InetAddress.getByAddress(bytes.toBytes()))
          : Optional.empty();
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 and 16 bytes are addresses", e);
    }
  }

  /** The payload. */
  public byte[] encode() {
    BDictionary.Builder ids = BDictionary.builder();
    messageIds.forEach(ids::put);
    BDictionary.Builder all = BDictionary.builder().put("m", ids.build());
    client.ifPresent(v -> all.put("v", v));
    listenPort.ifPresent(p -> all.put("p", p));
    maxRequests.ifPresent(n -> all.put("reqq", n));
    metadataBytes.ifPresent(n -> all.put("metadata_size", n));
    yourAddress.ifPresent(a -> all.put("yourip", a.getAddress()));
    uploadOnly.ifPresent(only -> all.put("upload_only", only ? 1 : 0));
    return all.build().rawBytes();
  }
}
