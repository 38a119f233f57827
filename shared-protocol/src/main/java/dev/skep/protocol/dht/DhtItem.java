package dev.skep.protocol.dht;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import dev.skep.protocol.digest.Digests;
import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;

/** A value that nodes of the DHT keep for others (BEP 44). */
public sealed interface DhtItem {
  /** Longest value, as it is encoded. */
  int MOST_VALUE_BYTES = 1_000;

  int MOST_SALT_BYTES = 64;

  /** What is kept. */
  BValue value();

  /** Where it is kept. */
  NodeId target();

  /** Whether it is what it says to be: whoever hands it on can have changed nothing. */
  boolean isGenuine();

  /** One that is known by its own hash. */
  record Immutable(BValue value) implements DhtItem {
    @Override
    public NodeId target() {
      MessageDigest sha1 = Digests.sha1();
      sha1.update(value.rawBytes());
      return NodeId.of(InfoHash.of(sha1.digest()));
    }

    @Override
    public boolean isGenuine() {
      return true;
    }
  }

  /**
   * One that its owner may replace.
   *
   * @param key the owner's public key of Ed25519, 32 bytes
   * @param salt tells several of one owner apart; may be empty; not in answers
   * @param sequence the highest one counts
   * @param signature 64 bytes
   */
  record Mutable(BString key, BString salt, long sequence, BValue value, BString signature)
      implements DhtItem {
    public static final int KEY_BYTES = 32;
    public static final int SIGNATURE_BYTES = 64;
    private static final byte[] X509_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

    /** The same as one of several. */
    public Mutable withSalt(BString other) {
      return new Mutable(key, other, sequence, value, signature);
    }

    @Override
    public NodeId target() {
      return target(key, salt);
    }

    /** Where an owner's items are kept. */
    public static NodeId target(BString key, BString salt) {
      MessageDigest sha1 = Digests.sha1();
      sha1.update(key.toBytes());
      sha1.update(salt.toBytes());
      return NodeId.of(InfoHash.of(sha1.digest()));
    }

    @Override
    public boolean isGenuine() {
      if (key.length() != KEY_BYTES || signature.length() != SIGNATURE_BYTES) {
        return false;
      }
      byte[] encoded = Arrays.copyOf(X509_HEAD, X509_HEAD.length + KEY_BYTES);
      System.arraycopy(key.toBytes(), 0, encoded, X509_HEAD.length, KEY_BYTES);
      try {
        Signature check = Signature.getInstance("Ed25519");
        check.initVerify(
            KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded)));
        check.update(signedBytes(salt, sequence, value));
        return check.verify(signature.toBytes());
      } catch (GeneralSecurityException e) {
        return false; // no point of the curve, or no signature
      }
    }

    /** What its owner signs. */
    public static byte[] signedBytes(BString salt, long sequence, BValue value) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      if (salt.length() > 0) {
        all.writeBytes("4:salt".getBytes(US_ASCII));
        all.writeBytes(salt.rawBytes());
      }
      all.writeBytes(("3:seqi" + sequence + "e1:v").getBytes(US_ASCII));
      all.writeBytes(value.rawBytes());
      return all.toByteArray();
    }
  }
}
