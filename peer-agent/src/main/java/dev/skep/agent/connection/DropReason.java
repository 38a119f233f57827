package dev.skep.agent.connection;

import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Reason;
import dev.skep.agent.torrent.Refused;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** Why a connection ended, for logs and counters. Few and fixed, whatever strangers send. */
public enum DropReason {
  // Before a torrent took the peer.
  DIAL_FAILED,
  HANDSHAKE_TIMEOUT,
  HANDSHAKE_INVALID,
  /** A peer that dialled us began with an encrypted handshake, and encryption is off. */
  HANDSHAKE_ENCRYPTED,
  /** A peer that dialled us began with a plain handshake, and encryption is required. */
  HANDSHAKE_PLAIN,
  /** A peer that we dialled was gone as soon as it had our handshake. */
  HANDSHAKE_HUNG_UP,
  REFUSED_SELF,
  REFUSED_DUPLICATE,
  REFUSED_BANNED,
  REFUSED_FULL,

  // See Reason.
  CLOSED,
  IO_ERROR,
  STOPPED,
  SILENT,
  STALLED,
  NOTHING_TO_DO,
  DUPLICATE,
  GAVE_WAY,
  /** It takes nothing that we send. */
  NOT_READING,
  /** Our own data cannot be read. */
  DATA_UNREADABLE,
  /** A fault of ours. */
  INTERNAL_ERROR,

  // It broke the protocol, or sent data that is not the torrent's.
  CORRUPT_DATA,
  UNREQUESTED_BLOCKS,
  MISCONDUCT,
  MISCONDUCT_BITFIELD_TWICE,
  MISCONDUCT_BITFIELD_WRONG,
  MISCONDUCT_INDEX_OUT_OF_RANGE,
  MISCONDUCT_REQUEST_INVALID,
  MISCONDUCT_REQUEST_NOT_OFFERED,
  MISCONDUCT_REQUESTS_WHILE_CHOKED,
  MISCONDUCT_TOO_MANY_REQUESTS,
  MISCONDUCT_FAST_NOT_NEGOTIATED,
  MISCONDUCT_METADATA_WRONG,
  MISCONDUCT_FLOOD;

  private static final Set<DropReason> MISDEEDS = EnumSet.range(CORRUPT_DATA, MISCONDUCT_FLOOD);

  static DropReason of(Reason reason) {
    return valueOf(reason.name());
  }

  static DropReason of(Refused refused) {
    return valueOf("REFUSED_" + refused.kind());
  }

  static DropReason of(Misconduct misconduct) {
    return valueOf("MISCONDUCT_" + misconduct.kind());
  }

  /** Whether the peer broke the protocol, or sent data that is not the torrent's. */
  public boolean isMisconduct() {
    return MISDEEDS.contains(this);
  }

  /** How counters call it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
