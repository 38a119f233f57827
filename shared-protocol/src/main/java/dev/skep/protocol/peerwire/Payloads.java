package dev.skep.protocol.peerwire;

import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.Bencode;
import dev.skep.protocol.bencode.BencodeException;
import dev.skep.protocol.bencode.DecodeOptions;

/** The dictionary that most extension messages begin with. */
final class Payloads {
  private static final DecodeOptions LIMITS = DecodeOptions.LENIENT.limitedTo(256 * 1024, 10_000);

  private Payloads() {}

  /**
   * Clients are not strict here: unsorted keys pass, and what follows the dictionary is the
   * caller's.
   */
  static BDictionary dictionary(byte[] payload, String what) throws ProtocolException {
    try {
      if (Bencode.decodePrefix(payload, LIMITS) instanceof BDictionary dictionary) {
        return dictionary;
      }
    } catch (BencodeException e) {
      throw new ProtocolException(what + ": " + e.getMessage());
    }
    throw new ProtocolException(what + " is no dictionary");
  }
}
