package dev.skep.tracker.catalogue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A catalogue whose keeper keeps nothing, on a clock that the test moves; and short ways to it. */
public final class KeptInMemory implements Catalogue.Keeper, InstantSource {
  public static final Instant BEGAN = Instant.parse("2026-11-30T10:00:00Z");

  public final Catalogue catalogue =
      new Catalogue(this, new Catalogue.Limits(100_000, 1 << 20, Long.MAX_VALUE), this);

  private Instant now = BEGAN;
  private boolean broken;

  public KeptInMemory() {
    catalogue.restore(List.of(), CatalogueHistory.of(0xabcdef));
  }

  /** From now on the disk is full, or works again. */
  public void fail(boolean fails) {
    broken = fails;
  }

  public void pass(Duration time) {
    now = now.plus(time);
  }

  /** Publishes a torrent of its own; a minute later than the one before. */
  public InfoHash publish(int number, String name, String... labels) throws Exception {
    pass(Duration.ofMinutes(1));
    byte[] file = file(number);
    var publication = new Publication(List.of(labels), now, Optional.empty());
    return catalogue.register(Metainfo.parse(file), file, name, publication).infoHash();
  }

  static byte[] file(int number) {
    String pieces = "%020d".formatted(number);
    return "d4:infod6:lengthi%de4:name1:n12:piece lengthi16384e6:pieces20:%see"
        .formatted(1000 + number, pieces)
        .getBytes(ISO_8859_1);
  }

  @Override
  public Instant instant() {
    return now;
  }

  @Override
  public void put(RegisteredTorrent torrent, byte[] metainfo) throws IOException {
    failIfBroken();
  }

  @Override
  public void remove(InfoHash hash, CatalogueHistory history) throws IOException {
    failIfBroken();
  }

  private void failIfBroken() throws IOException {
    if (broken) {
      throw new IOException("the disk is full");
    }
  }

  @Override
  public Optional<StoredMetainfo> open(InfoHash hash) {
    return Optional.empty();
  }
}
