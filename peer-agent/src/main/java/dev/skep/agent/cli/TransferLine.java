package dev.skep.agent.cli;

import dev.skep.agent.cli.console.ByteRate;
import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.TimeSpan;
import dev.skep.agent.session.TrackerStatus;
import dev.skep.agent.session.TransferStatus;
import dev.skep.agent.session.peers.KnownPeers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One transfer at one moment, in one line. */
final class TransferLine {
  private static final int LEAST_BAR_COLUMNS = 8;
  private static final int MOST_BAR_COLUMNS = 30;
  private static final int NAME_COLUMNS = 20;
  private static final int BAR_FRAME_COLUMNS = 4;

  private TransferLine() {}

  /** Without a bar, as it stands in a log. */
  static String plain(String name, TransferStatus status) {
    return line(name, status, 0);
  }

  /** With a bar where that many columns have room for one. */
  static String live(String name, TransferStatus status, int columns) {
    int shortened = Math.min(NAME_COLUMNS, name.length());
    int taken = plain("", status).length() + shortened + BAR_FRAME_COLUMNS;
    int spare = columns - taken;
    return line(name, status, spare < LEAST_BAR_COLUMNS ? 0 : Math.min(spare, MOST_BAR_COLUMNS));
  }

  private static String line(String torrent, TransferStatus status, int barColumns) {
    String name = Text.printable(torrent);
    String up = ByteRate.format(status.upBytesPerSecond()) + " up";
    return switch (status.state()) {
      case ASKING -> asking(status) + "  " + name;
      case CHECKING ->
          "%s  checking  %s"
              .formatted(share(status.checkedBytes(), status.totalBytes(), barColumns), name);
      case QUEUED -> "waiting for its turn  " + name;
      case DOWNLOADING ->
          "%s  %s down, %s%s  %s  %s"
              .formatted(
                  share(status.verifiedBytes(), status.totalBytes(), barColumns),
                  ByteRate.format(status.downBytesPerSecond()),
                  up,
                  left(status),
                  peers(status),
                  name);
      case SEEDING ->
          "seeding  %s, %s sent  %s  %s"
              .formatted(
                  up,
                  ByteSize.format(status.uploadedBytes()),
                  Numbers.count(status.peers().size(), "peer"),
                  name);
      case PAUSED -> "waiting  " + name;
      case FAILED -> Text.printable(status.problem().orElse("failed")) + "  " + name;
    };
  }

  private static String asking(TransferStatus status) {
    int asked = status.peers().size();
    if (asked > 0) {
      return "asking %s for the torrent itself".formatted(Numbers.count(asked, "peer"));
    }
    String why = status.knownPeers().failed() > 0 ? " (" + failed(status) + ")" : "";
    return "looking for peers who have the torrent itself" + why;
  }

  private static String share(long bytes, long totalBytes, int barColumns) {
    int percent = Numbers.percent(bytes, totalBytes);
    String bar = barColumns == 0 ? "" : "  [" + Text.bar(percent, barColumns) + "]";
    return "%d %%%s  %s of %s"
        .formatted(percent, bar, ByteSize.format(bytes), ByteSize.format(totalBytes));
  }

  private static String left(TransferStatus status) {
    if (status.downBytesPerSecond() == 0) {
      return "";
    }
    double seconds =
        (double) (status.totalBytes() - status.verifiedBytes()) / status.downBytesPerSecond();
    return "  " + TimeSpan.format(Duration.ofMillis((long) (seconds * 1000))) + " left";
  }

  /** Whom it is connected to; and where that is nobody, what is known about that. */
  private static String peers(TransferStatus status) {
    int servers = status.webServers().size();
    String connected = Numbers.count(status.otherAgents().size(), "peer");
    if (servers > 0) {
      return connected + " and " + Numbers.count(servers, "web server");
    }
    if (!status.peers().isEmpty()) {
      return connected;
    }
    String why = status.knownPeers().failed() > 0 ? failed(status) : nobody(status);
    return why.isEmpty() ? connected : connected + " (" + why + ")";
  }

  private static String failed(TransferStatus status) {
    KnownPeers known = status.knownPeers();
    var why = new ArrayList<String>();
    add(why, known.unreachable(), "does not answer", "do not answer");
    add(why, known.hungUp(), "hangs up at our handshake", "hang up at our handshake");
    add(why, known.refused(), "refuses", "refuse");
    return Numbers.grouped(known.known()) + " known: " + String.join(", ", why);
  }

  private static void add(List<String> why, int count, String one, String many) {
    if (count > 0) {
      why.add(Numbers.grouped(count) + " " + (count == 1 ? one : many));
    }
  }

  /** What the trackers that answer say, when we found nobody through them; we are a leecher too. */
  private static String nobody(TransferStatus status) {
    List<TrackerStatus> working =
        status.trackers().stream().filter(TrackerStatus::working).toList();
    if (working.isEmpty() || status.knownPeers().known() > 0) {
      return "";
    }
    int leechers = working.stream().mapToInt(TrackerStatus::leechers).max().orElse(0) - 1;
    boolean seeded = working.stream().anyMatch(tracker -> tracker.seeders() > 0);
    String others =
        leechers > 0 ? "; the tracker knows " + Numbers.count(leechers, "other leecher") : "";
    return seeded ? "" : "nobody who announces has it" + others;
  }
}
