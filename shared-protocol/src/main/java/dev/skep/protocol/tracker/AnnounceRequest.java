package dev.skep.protocol.tracker;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.bencode.BString;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A peer tells a tracker of itself and asks for others (BEP 3).
 *
 * @param infoHash the torrent
 * @param peerId the peer
 * @param port where it accepts connections, 0 to 65535
 * @param uploadedBytes sent in this session, 0 or more
 * @param downloadedBytes received in this session, 0 or more
 * @param leftBytes still missing; 0 for a seeder, {@link #UNKNOWN} before the metainfo is known
 * @param event why now
 * @param numwant how many peers it wants; {@link #UNKNOWN} leaves that to the tracker
 * @param key tells the same peer under another address; 0 for none
 * @param compact whether it asks for compact peers (BEP 23)
 * @param noPeerId whether it can do without peer ids
 * @param trackerId what the tracker gave it in an earlier reply: any bytes
 * @param statedAddresses where it says that it is (BEP 3 {@code ip}, BEP 7); not to be trusted
 */
public record AnnounceRequest(
    InfoHash infoHash,
    PeerId peerId,
    int port,
    long uploadedBytes,
    long downloadedBytes,
    long leftBytes,
    AnnounceEvent event,
    int numwant,
    int key,
    boolean compact,
    boolean noPeerId,
    Optional<BString> trackerId,
    List<InetAddress> statedAddresses) {
  /** For {@code leftBytes} and {@code numwant}: not said. */
  public static final int UNKNOWN = -1;

  public AnnounceRequest {
    statedAddresses = List.copyOf(statedAddresses);
  }

  /**
   * A compact announce with nothing transferred, nothing known and no event; change what differs.
   */
  public static Builder builder(InfoHash infoHash, PeerId peerId, int port) {
    return new Builder(infoHash, peerId, port);
  }

  /** Sets what differs from the defaults. */
  public static final class Builder {
    private final InfoHash infoHash;
    private final PeerId peerId;
    private final int port;
    private long uploadedBytes;
    private long downloadedBytes;
    private long leftBytes = UNKNOWN;
    private AnnounceEvent event = AnnounceEvent.NONE;
    private int numwant = UNKNOWN;
    private int key;
    private boolean compact = true;
    private boolean noPeerId = true;
    private Optional<BString> trackerId = Optional.empty();
    private List<InetAddress> statedAddresses = List.of();

    private Builder(InfoHash infoHash, PeerId peerId, int port) {
      this.infoHash = infoHash;
      this.peerId = peerId;
      this.port = port;
    }

    public Builder transferred(long uploaded, long downloaded) {
      uploadedBytes = uploaded;
      downloadedBytes = downloaded;
      return this;
    }

    public Builder left(long bytes) {
      leftBytes = bytes;
      return this;
    }

    public Builder event(AnnounceEvent why) {
      event = why;
      return this;
    }

    public Builder numwant(int peers) {
      numwant = peers;
      return this;
    }

    public Builder key(int value) {
      key = value;
      return this;
    }

    public Builder compact(boolean on) {
      compact = on;
      return this;
    }

    public Builder noPeerId(boolean on) {
      noPeerId = on;
      return this;
    }

    public Builder trackerId(Optional<BString> id) {
      trackerId = id;
      return this;
    }

    public Builder statedAddresses(List<InetAddress> addresses) {
      statedAddresses = addresses;
      return this;
    }

    public AnnounceRequest build() {
      return new AnnounceRequest(
          infoHash,
          peerId,
          port,
          uploadedBytes,
          downloadedBytes,
          leftBytes,
          event,
          numwant,
          key,
          compact,
          noPeerId,
          trackerId,
          statedAddresses);
    }
  }
}
