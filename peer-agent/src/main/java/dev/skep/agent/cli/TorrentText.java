package dev.skep.agent.cli;

import dev.skep.agent.catalogue.Magnets;
import dev.skep.agent.catalogue.TorrentDocument;
import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.discovery.TrackerUrl;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.TorrentFile;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;

/** A torrent in words: one fact in a line, then its files as a tree. */
final class TorrentText {
  private static final int NAME_COLUMNS = 40;

  private final List<String> lines = new ArrayList<>();

  private TorrentText() {}

  /** Name, size, pieces, hashes and magnet link. */
  static List<String> summary(Metainfo torrent) {
    var text = new TorrentText();
    text.addSummary(torrent);
    text.fact("magnet", Magnets.of(torrent).toString());
    return text.lines;
  }

  /** Everything that a person asks of a torrent. */
  static List<String> full(Metainfo torrent) {
    var text = new TorrentText();
    text.addSummary(torrent);
    text.fact("private", torrent.isPrivate() ? "yes" : "no");
    int tier = 1;
    for (var urls : torrent.trackers()) {
      text.fact(
          tier == 1 ? "trackers" : "",
          "tier "
              + tier++
              + ": "
              + String.join(", ", urls.stream().map(TrackerUrl::withoutCredentials).toList()));
    }
    torrent.webSeeds().forEach(url -> text.fact("web seed", TrackerUrl.withoutCredentials(url)));
    torrent.source().ifPresent(source -> text.fact("source", source));
    torrent.comment().ifPresent(comment -> text.fact("comment", comment));
    torrent.createdBy().ifPresent(by -> text.fact("created by", by));
    torrent.createdAt().ifPresent(at -> text.fact("created at", at.toString()));
    text.fact("magnet", Magnets.of(torrent).toString());
    torrent.notes().forEach(note -> text.fact("note", note));
    text.lines.add("");
    text.tree(torrent);
    return text.lines;
  }

  /** A magnet link: what it tells without the torrent. */
  static List<String> full(Magnet typed) {
    Magnet link = Magnets.shown(typed);
    var text = new TorrentText();
    link.name().ifPresent(name -> text.fact("name", name));
    link.infoHashV1().ifPresent(hash -> text.fact("info-hash", hash.hex()));
    link.infoHashV2().ifPresent(hash -> text.fact("info-hash v2", hash.hex()));
    link.trackers().forEach(url -> text.fact("tracker", url));
    link.webSeeds().forEach(url -> text.fact("web seed", url));
    link.peers().forEach(peer -> text.fact("peer", peer));
    return text.lines;
  }

  private void addSummary(Metainfo torrent) {
    fact("name", torrent.name());
    fact("size", size(torrent.totalBytes()));
    var layout = torrent.layout();
    String length = ByteSize.format(layout.pieceLengthBytes());
    fact("pieces", Numbers.grouped(layout.pieceCount()) + " of " + length);
    torrent.infoHashV1().ifPresent(hash -> fact("info-hash", hash.hex()));
    torrent.infoHashV2().ifPresent(hash -> fact("info-hash v2", hash.hex()));
  }

  private static String size(long bytes) {
    String exact = Numbers.count(bytes, "byte");
    return bytes < 1024 ? exact : ByteSize.format(bytes) + " (" + exact + ")";
  }

  private void fact(String name, String value) {
    lines.add(line(name, value));
  }

  /** One fact in one line, its value aligned with others'. */
  static String line(String name, String value) {
    return Text.pad(name, Math.max(14, name.length() + 1)) + Text.printable(value);
  }

  private void tree(Metainfo torrent) {
    if (!torrent.multiFile()) {
      lines.add(entry(0, torrent.name(), torrent.totalBytes(), 1));
      return;
    }
    List<TorrentFile> inOrder = TorrentDocument.realFiles(torrent).toList();
    var numbers = new IdentityHashMap<TorrentFile, Integer>();
    inOrder.forEach(file -> numbers.put(file, numbers.size() + 1));
    var files = new ArrayList<>(inOrder);
    files.sort(TorrentText::byPath);
    lines.add(Text.printable(torrent.name()) + "/  (" + Numbers.count(files.size(), "file") + ")");
    List<String> open = List.of();
    for (TorrentFile file : files) {
      List<String> folder = file.path().subList(0, file.path().size() - 1);
      for (int depth = common(open, folder); depth < folder.size(); depth++) {
        lines.add("  ".repeat(depth + 1) + Text.printable(folder.get(depth)) + "/");
      }
      open = folder;
      int number = Objects.requireNonNull(numbers.get(file));
      lines.add(entry(folder.size() + 1, file.path().getLast(), file.lengthBytes(), number));
    }
  }

  /** With the number by which {@code get --select} knows the file. */
  private static String entry(int depth, String name, long bytes, int number) {
    String shown = "  ".repeat(depth) + Text.printable(name);
    String padded = Text.pad(shown, Math.max(NAME_COLUMNS, shown.length()));
    return padded + "  " + ByteSize.format(bytes) + "  #" + number;
  }

  /** Folder by folder, and within a folder by name. */
  private static int byPath(TorrentFile a, TorrentFile b) {
    int common = common(a.path(), b.path());
    if (common == a.path().size() || common == b.path().size()) {
      return Integer.compare(a.path().size(), b.path().size());
    }
    return a.path().get(common).compareTo(b.path().get(common));
  }

  /** How many names two paths have in common at their beginning. */
  private static int common(List<String> a, List<String> b) {
    int common = 0;
    while (common < Math.min(a.size(), b.size()) && a.get(common).equals(b.get(common))) {
      common++;
    }
    return common;
  }
}
