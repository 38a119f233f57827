package dev.skep.protocol.bencode;

import java.io.ByteArrayOutputStream;

/** A bencoded value. Immutable; equal when its content is. */
public sealed interface BValue permits BString, BInteger, BList, BDictionary {
  /**
   * The bytes that stand for this value, in a new array: exactly as received when it was decoded
   * (also when leniently), canonical when it was built. An info-hash is taken over these.
   */
  byte[] rawBytes();

  /** Length of {@link #rawBytes()}. */
  int rawLength();

  /** Appends {@link #rawBytes()} without a copy in between. */
  void writeTo(ByteArrayOutputStream out);
}
