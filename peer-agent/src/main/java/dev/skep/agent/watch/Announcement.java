package dev.skep.agent.watch;

import dev.skep.agent.catalogue.TrackerApi;
import dev.skep.agent.catalogue.TrackerApiException;
import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.config.SharedFolder;
import dev.skep.agent.trust.PublishedAs;
import dev.skep.agent.trust.SigningKey;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.service.settings.BadSettingException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where torrents of a folder are published, and by which key. Not for many threads. */
final class Announcement {
  private static final int NOT_FOUND = 404;
  private static final Duration PAUSE = Duration.ofSeconds(30);

  private final TrackerApi tracker;
  private final Optional<SigningKey> key;
  private long notBefore = System.nanoTime();

  private Announcement(TrackerApi tracker, Optional<SigningKey> key) {
    this.tracker = tracker;
    this.key = key;
  }

  /**
   * As the setting says; nothing where it names no tracker.
   *
   * @throws BadSettingException if one of its files cannot be used
   */
  static Optional<Announcement> of(SharedFolder folder) throws BadSettingException {
    if (folder.tracker().isEmpty()) {
      return Optional.empty();
    }
    try {
      TrackerApi tracker = TrackerApi.named(folder.tracker().get(), folder.token());
      Optional<SigningKey> key =
          folder.sign().isPresent()
              ? Optional.of(SigningKey.read(folder.sign().get()))
              : Optional.empty();
      return Optional.of(new Announcement(tracker, key));
    } catch (IOException e) {
      throw new BadSettingException(AgentKeys.SEED_FOLDERS.name() + ": " + e.getMessage());
    }
  }

  String announceUrl() {
    return tracker.announceUrl();
  }

  /** False for a while after a failure. */
  boolean isTime() {
    return System.nanoTime() - notBefore >= 0;
  }

  void publish(Metainfo metainfo, List<String> labels, Instant now) throws IOException {
    Map<String, List<String>> about =
        PublishedAs.of(metainfo.infoHash(), metainfo.name(), labels, key, now);
    attempt(() -> tracker.publish(metainfo.raw().rawBytes(), about));
  }

  /** Takes it out of the catalogue, if it is there. */
  void withdraw(InfoHash hash) throws IOException {
    attempt(
        () -> {
          try {
            tracker.remove(hash.hex());
          } catch (TrackerApiException e) {
            if (e.status() != NOT_FOUND) {
              throw e;
            }
          }
        });
  }

  private interface Request {
    void run() throws IOException;
  }

  private void attempt(Request request) throws IOException {
    try {
      request.run();
    } catch (IOException e) {
      notBefore = System.nanoTime() + PAUSE.toNanos();
      throw e;
    }
  }
}
