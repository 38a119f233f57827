package dev.skep.agent.control;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.discovery.TrackerClient;
import dev.skep.agent.library.FileWish;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.TorrentSnapshot;
import dev.skep.agent.session.PeerStatus;
import dev.skep.agent.session.TrackerStatus;
import dev.skep.agent.session.Transfer;
import dev.skep.agent.session.TransferStatus;
import dev.skep.agent.session.TransferStatus.State;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.PieceLayout;
import dev.skep.protocol.metainfo.TorrentFile;
import dev.skep.protocol.peerwire.Bitfield;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One torrent as a call sees it: all of its fields are of one moment. For one thread. */
final class Subject {
  private static final long RECENTLY_SECONDS = 60;

  private final Agent agent;
  private final TorrentSnapshot view;
  private @Nullable Bitfield verified;

  Subject(Agent agent, TorrentSnapshot view) {
    this.agent = agent;
    this.view = view;
  }

  /**
   * One of its files.
   *
   * @param name with that of the torrent's folder, if it has one
   * @param first the piece that it begins in
   * @param last the piece that it ends in
   */
  record File(String name, long bytes, long verifiedBytes, FileWish wish, int first, int last) {}

  /**
   * One of its trackers.
   *
   * @param url for announces
   * @param tier from 0
   * @param status as far as it was asked
   */
  record Tracker(int id, String url, int tier, Optional<TrackerStatus> status, Instant now) {}

  Agent agent() {
    return agent;
  }

  TorrentSnapshot view() {
    return view;
  }

  TorrentRecord record() {
    return view.record();
  }

  TransferStatus status() {
    return view.status();
  }

  int position() {
    return agent.position(view.id());
  }

  /** As Transmission numbers what a torrent does. */
  int statusNumber() {
    boolean complete = view.isComplete();
    return switch (status().state()) {
      case CHECKING -> 2;
      case FAILED -> 0;
      case ASKING -> 4;
      case QUEUED -> record().paused() ? 0 : complete ? 5 : 3;
      case DOWNLOADING -> 4;
      case SEEDING -> 6;
      case PAUSED ->
          record().paused() || agent.settings().get(AgentKeys.PAUSED)
              ? 0
              : complete ? 6 : 4; // a disk that is tried again
    };
  }

  // ---- What is wrong ----

  /** 0 nothing, 2 no tracker helps, 3 something here. */
  int error() {
    if (view.problem().isPresent()) {
      return 3;
    }
    return trackerTrouble().isPresent() ? 2 : 0;
  }

  String errorText() {
    return view.problem().or(this::trackerTrouble).orElse("");
  }

  private Optional<String> trackerTrouble() {
    List<TrackerStatus> trackers = status().trackers();
    if (!view.isAtWork() || trackers.stream().anyMatch(tracker -> tracker.working())) {
      return Optional.empty();
    }
    return trackers.stream().flatMap(tracker -> tracker.message().stream()).findFirst();
  }

  // ---- Bytes ----

  private Bitfield verified() {
    if (verified == null) {
      verified = view.transfer().map(Transfer::verified).orElse(new Bitfield(0));
    }
    return verified;
  }

  boolean has(int piece) {
    return piece < verified().size() && verified().get(piece);
  }

  /** Of each piece how many connected peers have it; −1 if it is here. */
  int[] availability() {
    int[] copies = view.transfer().map(Transfer::copies).orElseGet(() -> new int[0]);
    int[] all = Arrays.copyOf(copies, pieceCount());
    for (int piece = 0; piece < all.length; piece++) {
      all[piece] = has(piece) ? -1 : all[piece];
    }
    return all;
  }

  byte[] pieces() {
    return verified().toBytes();
  }

  int pieceCount() {
    return view.metainfo().map(metainfo -> metainfo.layout().pieceCount()).orElse(0);
  }

  /** Verified, of what is wanted and of what is not. */
  long verifiedBytes() {
    if (record().files().stream().allMatch(FileWish::wanted)) {
      return status().verifiedBytes();
    }
    return files().stream().mapToLong(File::verifiedBytes).sum();
  }

  /** Length of what is wanted. */
  long wantedBytes() {
    return view.transfer().isPresent() && status().state() != State.ASKING
        ? status().totalBytes()
        : view.torrentBytes();
  }

  /** Missing, and some connected peer has it, as far as can be told from how much each has. */
  long availableBytes() {
    long missing = view.missingBytes();
    double most = status().peers().stream().mapToDouble(PeerStatus::progress).max().orElse(0);
    return most >= 1 ? missing : Math.min(missing, (long) (most * view.torrentBytes()));
  }

  // ---- Files ----

  List<File> files() {
    if (view.metainfo().isEmpty()) {
      return List.of();
    }
    Metainfo metainfo = view.metainfo().get();
    PieceLayout layout = metainfo.layout();
    List<File> files = new ArrayList<>();
    for (int i = 0; i < metainfo.files().size(); i++) {
      TorrentFile file = metainfo.files().get(i);
      String name =
          metainfo.multiFile() ? view.name() + "/" + String.join("/", file.path()) : view.name();
      FileWish wish = record().files().isEmpty() ? FileWish.NORMAL : record().files().get(i);
      int first = layout.pieceAt(Math.min(file.offsetBytes(), layout.totalBytes() - 1));
      int last = file.lengthBytes() == 0 ? first : layout.pieceAt(file.endBytes() - 1);
      files.add(new File(name, file.lengthBytes(), verifiedBytes(layout, file), wish, first, last));
    }
    return files;
  }

  private long verifiedBytes(PieceLayout layout, TorrentFile file) {
    if (file.lengthBytes() == 0 || verified().isFull()) {
      return verified().isFull() ? file.lengthBytes() : 0;
    }
    long bytes = 0;
    int last = layout.pieceAt(file.endBytes() - 1);
    for (int piece = layout.pieceAt(file.offsetBytes()); piece <= last; piece++) {
      if (has(piece)) {
        long from = Math.max(file.offsetBytes(), layout.offsetBytes(piece));
        long to = Math.min(file.endBytes(), layout.offsetBytes(piece) + layout.lengthBytes(piece));
        bytes += to - from;
      }
    }
    return bytes;
  }

  // ---- Peers and trackers ----

  /** Without web servers. */
  List<PeerStatus> peers() {
    return status().otherAgents();
  }

  List<List<String>> tiers() {
    return record().trackers().isEmpty()
        ? view.metainfo()
            .map(Metainfo::trackers)
            .or(
                () ->
                    record().magnet().map(link -> link.trackers().stream().map(List::of).toList()))
            .orElse(List.of())
        : record().trackers();
  }

  List<Tracker> trackers() {
    List<Tracker> trackers = new ArrayList<>();
    List<List<String>> tiers = tiers();
    for (int tier = 0; tier < tiers.size(); tier++) {
      for (String url : tiers.get(tier)) {
        Optional<TrackerStatus> status =
            status().trackers().stream()
                .filter(each -> each.url().equals(TrackerClient.shown(url)))
                .findFirst();
        trackers.add(new Tracker(trackers.size(), url, tier, status, agent.now()));
      }
    }
    return trackers;
  }

  // ---- Times ----

  /** Until it is complete, or has sent what it shall; −1 nobody can tell, −2 nothing moves. */
  long secondsLeft() {
    if (status().state() == State.DOWNLOADING) {
      return view.timeLeft().map(left -> left.toSeconds()).orElse(-2L);
    }
    Optional<Double> ratio = view.goals().ratio().end();
    if (status().state() != State.SEEDING || ratio.isEmpty()) {
      return -1;
    }
    long left = (long) (ratio.get() * wantedBytes()) - record().totals().uploadedBytes();
    long rate = status().upBytesPerSecond();
    return rate > 0 ? Math.max(0, left) / rate : -2;
  }

  /** Somebody changed it, or it moved something, within the last minute. */
  boolean isRecentlyActive() {
    Instant since = agent.now().minusSeconds(RECENTLY_SECONDS);
    return view.changedAt().isAfter(since)
        || record().times().added().isAfter(since)
        || status().downBytesPerSecond() > 0
        || status().upBytesPerSecond() > 0
        || status().state() == State.CHECKING
        || record().times().active().filter(at -> at.isAfter(since)).isPresent();
  }
}
