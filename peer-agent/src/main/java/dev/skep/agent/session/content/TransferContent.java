package dev.skep.agent.session.content;

import dev.skep.agent.storage.InTheWay;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.service.files.FileFailures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** What one transfer moves, as soon as that is known. */
public final class TransferContent {
  private final Metainfo metainfo;
  private final Path place;
  private final DataRules rules;
  private final LocalData data;
  private final ChangedFiles changed;

  /**
   * Touches nothing yet.
   *
   * @param place the file or folder that its data is in, or will be
   * @param downBytes payload received in this run
   * @param upBytes payload sent in this run
   * @param outcome learns what a look at the files brought
   * @param told hears what a person should know
   */
  public TransferContent(
      SharedDisk disk,
      Metainfo metainfo,
      Path place,
      DataRules rules,
      LongSupplier downBytes,
      LongSupplier upBytes,
      ChangedFiles.Outcome outcome,
      Consumer<String> told) {
    this.metainfo = metainfo;
    this.place = place.toAbsolutePath().normalize();
    this.rules = rules;
    data = new LocalData(disk, metainfo, this.place, rules, downBytes, upBytes, told);
    changed = new ChangedFiles(disk, data, metainfo.files().size(), outcome);
  }

  /**
   * Refuses what cannot be moved.
   *
   * @throws IOException which says why not
   */
  public void requireMovable() throws IOException {
    if (!metainfo.hasAllHashes()) {
      throw new IOException(
          metainfo.name() + " is a v2 torrent without piece layers; its .torrent file has them");
    }
    if (rules.readOnly() && !Files.exists(place)) {
      throw new IOException(place + " does not exist; nothing to seed");
    }
    data.requireOwnPlace();
  }

  public Metainfo metainfo() {
    return metainfo;
  }

  /** The file or folder that its data is in, or will be. */
  public Path place() {
    return place;
  }

  public LocalData data() {
    return data;
  }

  /** Finds out whether somebody else changed it. */
  public ChangedFiles changed() {
    return changed;
  }

  /** A failure in words that name the place. */
  public String told(IOException why) {
    String message =
        why instanceof NoSuchFileException gone
            ? gone.getFile() + " is gone"
            : FileFailures.inWords(why);
    boolean names = why instanceof InTheWay || message.contains(place.toString());
    return names ? message : place + ": " + message;
  }
}
