package dev.skep.tracker.swarm.rows;

import dev.skep.protocol.PeerId;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.AnnounceEvent;

/**
 * What a peer says of itself: where and who it is, and how far it got. Mutable, and meant to be
 * used again for the next peer, so that a busy front end makes no garbage.
 */
public abstract class AnnouncedPeer {
  public long addressHigh;
  public long addressLow;

  /** 1 to 65535. */
  public int port;

  public long peerIdHigh;
  public long peerIdMiddle;
  public int peerIdLow;
  public long uploadedBytes;
  public long downloadedBytes;
  public long leftBytes;
  public AnnounceEvent event = AnnounceEvent.NONE;

  /** Of nobody yet. */
  protected AnnouncedPeer() {}

  /** Sets where it came from and where the peer listens. */
  public void from(IpAddress address, int listeningPort) {
    addressHigh = address.high();
    addressLow = address.low();
    port = listeningPort;
  }

  /** Sets whose it is. */
  public void by(PeerId id) {
    peerIdHigh = id.high();
    peerIdMiddle = id.middle();
    peerIdLow = id.low();
  }

  /** Whose it is. */
  public PeerId peerId() {
    return new PeerId(peerIdHigh, peerIdMiddle, peerIdLow);
  }

  /** Where it came from. */
  public IpAddress address() {
    return new IpAddress(addressHigh, addressLow);
  }

  /** Whether it came from an IPv4 address. */
  public boolean fromIpv4() {
    return IpAddress.isIpv4(addressHigh, addressLow);
  }

  /** What the peer is to its swarm by that. */
  public Standing standing() {
    if (leftBytes == 0) {
      return Standing.SEEDER;
    }
    return event == AnnounceEvent.PAUSED ? Standing.PARTIAL_SEED : Standing.LEECHER;
  }

  /** The letters XX of an Azureus-style peer id, {@code -XXnnnn-} (BEP 20), or zero. */
  short clientLetters() {
    boolean azureus = peerIdHigh >>> 56 == '-' && (peerIdHigh & 0xff) == '-';
    return azureus ? (short) (peerIdHigh >>> 40) : 0;
  }
}
