package dev.skep.tracker;

import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Settings;
import dev.skep.tracker.config.Keys;
import dev.skep.tracker.system.HeapLimit;
import java.util.Optional;

/**
 * For how much of rollouts the heap has room beside swarms and HTTP. What is not set is as much as
 * that, up to the usual; what is set has to fit.
 *
 * @param rows most hosts of all rollouts together
 * @param hostBytes most bytes of the heap that known hosts take
 * @param lowered what is less than usual and why, for the operator; one line
 */
record RolloutRoom(int rows, long hostBytes, Optional<String> lowered) {
  private static final int USUAL_ROWS = 50_000;

  /**
   * Reads what is set.
   *
   * @param heapBytes the largest that the heap may become
   * @throws BadSettingException if that does not fit; the message says what it needs
   */
  static RolloutRoom of(Settings settings, long heapBytes) throws BadSettingException {
    int rows = settings.get(Keys.MAX_ROLLOUT_HOSTS);
    HttpRoom.checkHeap(Keys.MAX_ROLLOUT_HOSTS, HeapLimit.heapForRolloutHosts(rows), heapBytes);
    long bytes = settings.get(Keys.HOSTS_MEMORY);
    HttpRoom.checkHeap(Keys.HOSTS_MEMORY, HeapLimit.heapForHosts(bytes), heapBytes);
    int room = Math.min(USUAL_ROWS, HeapLimit.rolloutHosts(heapBytes));
    return new RolloutRoom(
        rows == 0 ? room : rows,
        bytes == 0 ? HeapLimit.hostBytes(heapBytes) : bytes,
        rows == 0 && room < USUAL_ROWS
            ? Optional.of("%,d hosts of rollouts instead of %,d".formatted(room, USUAL_ROWS))
            : Optional.empty());
  }
}
