package dev.skep.tracker.persistence;

/**
 * Access lists as they were saved.
 *
 * @param lists empty if there were none, or they are lost
 * @param confirmed whether they are what an administrator last saw: not after they were lost
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record SavedAccess(byte[] lists, boolean confirmed) {
  static final SavedAccess NONE = new SavedAccess(new byte[0], true);
  static final SavedAccess LOST = new SavedAccess(new byte[0], false);
}
