package dev.skep.tracker;

import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Key;
import dev.skep.service.settings.Settings;
import dev.skep.tracker.config.Keys;
import dev.skep.tracker.system.FileLimit;
import dev.skep.tracker.system.HeapLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * For how much of HTTP the heap and the open files have room beside the swarms. What is not set is
 * as much as that, up to the usual; what is set has to fit.
 *
 * @param connections most at a time
 * @param answerBytes most bytes of answers that wait to be taken
 * @param uploadBytes most bytes of .torrent files that are being registered
 * @param lowered which of them are less than usual and why, for the operator; one line
 */
record HttpRoom(int connections, long answerBytes, long uploadBytes, Optional<String> lowered) {
  private static final int USUAL_CONNECTIONS = 5000;
  private static final long USUAL_ANSWER_BYTES = 32 << 20;
  private static final long FEWEST_ANSWER_BYTES = 1 << 20;
  private static final long USUAL_METAINFO_BYTES = 10 << 20;
  private static final int MIB_BITS = 20;

  /**
   * Reads what is set.
   *
   * @param heapBytes the largest that the heap may become
   * @param connectionsOfFiles for how many connections files may be opened
   * @throws BadSettingException if that does not fit; the message says what it needs
   */
  static HttpRoom of(Settings settings, long heapBytes, int connectionsOfFiles)
      throws BadSettingException {
    var lowered = new ArrayList<String>();
    return new HttpRoom(
        connections(settings, heapBytes, connectionsOfFiles, lowered),
        answerBytes(settings, heapBytes, lowered),
        uploadBytes(settings, heapBytes),
        lowered.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", lowered)));
  }

  /** The same for this process as it was started. */
  static HttpRoom of(Settings settings) throws BadSettingException {
    return of(settings, Runtime.getRuntime().maxMemory(), FileLimit.connections());
  }

  private static int connections(
      Settings settings, long heapBytes, int ofFiles, List<String> lowered)
      throws BadSettingException {
    int set = settings.get(Keys.MAX_CONNECTIONS);
    int ofHeap = HeapLimit.connections(heapBytes);
    if (set > 0) {
      checkHeap(Keys.MAX_CONNECTIONS, HeapLimit.heapForConnections(set), heapBytes);
      if (set > ofFiles) {
        throw new BadSettingException(
            "%s: this process may open files for %,d connections only; raise that (ulimit -n %d), or set less"
                .formatted(Keys.MAX_CONNECTIONS.name(), ofFiles, FileLimit.neededFor(set)));
      }
      return set;
    }
    int most = Math.min(USUAL_CONNECTIONS, Math.min(ofHeap, ofFiles));
    if (most < USUAL_CONNECTIONS) {
      lowered.add(
          "%,d connections instead of %,d (as many as there %s)"
              .formatted(
                  most, USUAL_CONNECTIONS, most == ofHeap ? "is heap for" : "are open files for"));
    }
    return most;
  }

  private static long answerBytes(Settings settings, long heapBytes, List<String> lowered)
      throws BadSettingException {
    long set = settings.get(Keys.MAX_UNSENT_BYTES);
    if (set > 0) {
      checkHeap(Keys.MAX_UNSENT_BYTES, HeapLimit.heapForAnswers(set), heapBytes);
      if (set < FEWEST_ANSWER_BYTES) {
        throw new BadSettingException(
            Keys.MAX_UNSENT_BYTES.name() + " is at least 1MiB, or 0 for the usual");
      }
      return set;
    }
    long most = Math.min(USUAL_ANSWER_BYTES, HeapLimit.answerBytes(heapBytes));
    if (!HeapLimit.isEnough(heapBytes, HeapLimit.heapForAnswers(USUAL_ANSWER_BYTES))) {
      lowered.add("%,d MiB of unread answers instead of 32".formatted(most >>> MIB_BITS));
    }
    return most;
  }

  private static long uploadBytes(Settings settings, long heapBytes) throws BadSettingException {
    long metainfo = settings.get(Keys.MAX_METAINFO_BYTES);
    long set = settings.get(Keys.MAX_UPLOAD_BYTES);
    if (set > 0 && set < metainfo) {
      throw new BadSettingException(
          "%s must not be less than %s, or the largest .torrent file never fits"
              .formatted(Keys.MAX_UPLOAD_BYTES.name(), Keys.MAX_METAINFO_BYTES.name()));
    }
    if (set > 0) {
      checkHeap(Keys.MAX_UPLOAD_BYTES, HeapLimit.heapForUploads(set), heapBytes);
      return set;
    }
    if (metainfo > USUAL_METAINFO_BYTES) {
      checkHeap(Keys.MAX_METAINFO_BYTES, HeapLimit.heapForUploads(metainfo), heapBytes);
    }
    return Math.max(metainfo, HeapLimit.uploadBytes(heapBytes));
  }

  /**
   * @throws BadSettingException if the heap is smaller than that; the message says what it needs
   */
  static void checkHeap(Key<?> key, long needed, long heapBytes) throws BadSettingException {
    if (!HeapLimit.isEnough(heapBytes, needed)) {
      throw new BadSettingException(
          "%s: that needs a heap of %d MiB; this one has %d MiB: start with SKEP_JAVA_OPTS=-Xmx%dm, or set less"
              .formatted(key.name(), mib(needed), mib(heapBytes), mib(needed)));
    }
  }

  private static long mib(long bytes) {
    return (bytes + (1 << MIB_BITS) - 1) >>> MIB_BITS;
  }
}
