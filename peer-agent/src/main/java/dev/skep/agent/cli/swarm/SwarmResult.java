package dev.skep.agent.cli.swarm;

import dev.skep.agent.cli.console.ByteRate;
import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.Table;
import dev.skep.agent.cli.console.TimeSpan;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How it went.
 *
 * @param bytes of one copy
 * @param taken from the go to the last leecher's last verified piece
 * @param originalSha256 what every copy must have
 * @param seederUploadedBytes what the seeder sent
 */
record SwarmResult(
    long bytes,
    Duration taken,
    String originalSha256,
    long seederUploadedBytes,
    List<Leecher> leechers) {
  private static final double LITTLE_MORE_THAN_ONE = 1.2;

  /** One copy and how it came. */
  record Leecher(
      String name,
      String address,
      double seconds,
      String sha256,
      long downloadedBytes,
      long uploadedBytes,
      long fromSeederBytes) {}

  SwarmResult {
    leechers = List.copyOf(leechers);
  }

  boolean ok() {
    return leechers.stream().allMatch(leecher -> leecher.sha256().equals(originalSha256));
  }

  /**
   * The summary for people.
   *
   * @param limited whether each peer had a line of its own
   */
  List<String> lines(boolean limited) {
    var lines = new ArrayList<String>();
    var table =
        new Table("peer", "address", " time", " received", " from seeder", " sent", "sha-256");
    table.row(
        "seeder", "", "", "", "", ByteSize.format(seederUploadedBytes), shortened(originalSha256));
    for (Leecher leecher : leechers) {
      table.row(
          leecher.name(),
          leecher.address(),
          String.format(Locale.ROOT, "%.2f s", leecher.seconds()),
          ByteSize.format(leecher.downloadedBytes()),
          ByteSize.format(leecher.fromSeederBytes()),
          ByteSize.format(leecher.uploadedBytes()),
          shortened(leecher.sha256()));
    }
    lines.addAll(table.lines());
    double bytesPerSecond = bytes * leechers.size() / Math.max(1e-3, taken.toNanos() / 1e9);
    lines.add(
        "%s of %s in %s, %s together"
            .formatted(
                Numbers.count(leechers.size(), "copy").replace("copys", "copies"),
                ByteSize.format(bytes),
                TimeSpan.format(taken),
                ByteRate.format((long) bytesPerSecond)));
    lines.add(
        String.format(
            Locale.ROOT,
            "the seeder sent %.2f copies, the leechers gave one another %.2f",
            copies(seederUploadedBytes),
            copies(leechers.stream().mapToLong(Leecher::uploadedBytes).sum())));
    if (!limited && copies(seederUploadedBytes) > LITTLE_MORE_THAN_ONE) {
      lines.add(
          "on one machine no network is the limit; with --max-up 10MiB/s each peer has a line of"
              + " its own, and the seeder sends little more than one");
    }
    lines.add(
        ok()
            ? "all " + (leechers.size() + 1) + " hashes are equal: " + originalSha256
            : "hashes differ: not every copy is the original " + originalSha256);
    return lines;
  }

  private static String shortened(String digest) {
    return digest.substring(0, 12) + "…";
  }

  private double copies(long sentBytes) {
    return (double) sentBytes / bytes;
  }

  /** The one document; its names are a contract with scripts. */
  JsonObject json() {
    var copies = Json.createArrayBuilder();
    for (Leecher leecher : leechers) {
      copies.add(
          Json.createObjectBuilder()
              .add("address", leecher.address())
              .add("seconds", leecher.seconds())
              .add("sha256", leecher.sha256())
              .add("downloadedBytes", leecher.downloadedBytes())
              .add("uploadedBytes", leecher.uploadedBytes())
              .add("fromSeederBytes", leecher.fromSeederBytes()));
    }
    return Json.createObjectBuilder()
        .add("ok", ok())
        .add("bytes", bytes)
        .add("seconds", taken.toMillis() / 1e3)
        .add("originalSha256", originalSha256)
        .add("seeder", Json.createObjectBuilder().add("uploadedBytes", seederUploadedBytes))
        .add("leechers", copies)
        .build();
  }
}
