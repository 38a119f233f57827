package dev.skep.system;

/**
 * Loopback addresses that no other process of this machine uses: on them a port can be named before
 * it is taken, and taken again after its program was killed.
 */
final class OwnAddress {
  private OwnAddress() {}

  /**
   * One in 127.128.0.0/9, made of this process's number.
   *
   * @param which 0 or 1, for tests that run beside one another
   */
  static String of(int which) {
    long process = ProcessHandle.current().pid();
    return "127.%d.%d.%d"
        .formatted(128 + (process >> 15) % 128, (process >> 7) % 256, (process % 128) * 2 + which);
  }
}
