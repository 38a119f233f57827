package dev.skep.agent.library;

import dev.skep.agent.library.TorrentRecord.Limits;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.library.TorrentRecord.Times;
import dev.skep.agent.library.TorrentRecord.Totals;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BList;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.MetainfoException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Records to bytes and back. Times are seconds, since 1970 or long. */
final class RecordCodec {
  private static final String MAGIC = "SKEPTOR1";
  private static final String NEVER = "never";

  private RecordCodec() {}

  static byte[] encode(TorrentRecord record) {
    BDictionary.Builder out = BDictionary.builder();
    out.put("hash", record.infoHash().toBytes());
    record.magnet().ifPresent(link -> out.put("magnet", link.toString()));
    out.put("place", place(record.place()));
    record.movingTo().ifPresent(to -> out.put("moving to", place(to)));
    record.delivery().ifPresent(to -> out.put("delivery", delivery(to)));
    out.put("trackers", BList.of(record.trackers().stream().map(RecordCodec::texts).toList()));
    out.put("labels", texts(record.labels()));
    out.put("files", letters(record.files()));
    out.put("limits", limits(record.limits()));
    out.put("queue", record.queueKey());
    out.put("paused", record.paused() ? 1 : 0);
    out.put("sequential", record.sequential() ? 1 : 0);
    out.put("first piece", record.firstPiece());
    out.put("leaving", record.leaving() ? 1 : 0);
    out.put("goals", goals(record.goals()));
    out.put("downloaded", record.totals().downloadedBytes());
    out.put("uploaded", record.totals().uploadedBytes());
    out.put("wasted", record.totals().wastedBytes());
    out.put("added", record.times().added().getEpochSecond());
    record.times().done().ifPresent(at -> out.put("done", at.getEpochSecond()));
    record.times().active().ifPresent(at -> out.put("active", at.getEpochSecond()));
    out.put("downloading", record.times().downloading().toSeconds());
    out.put("seeding", record.times().seeding().toSeconds());
    return Sealed.seal(MAGIC, out.build());
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws DamagedRecord if a byte is missing or wrong, or what it says makes no sense
   */
  static TorrentRecord decode(byte[] bytes) throws DamagedRecord {
    Fields in = new Fields(Sealed.open(MAGIC, bytes));
    try {
      Instant added = Instant.ofEpochSecond(in.number("added"));
      InfoHash hash = InfoHash.of(in.bytes("hash").toBytes());
      TorrentRecord plain = TorrentRecord.of(hash, place(in.dictionary("place")), added);
      return plain.with(draft -> fill(draft, in));
    } catch (RuntimeException e) { // a path, number, time or name out of its range
      throw new DamagedRecord(String.valueOf(e.getMessage()));
    }
  }

  private static void fill(TorrentRecord.Draft draft, Fields in) {
    draft.magnet = in.optionalText("magnet").map(RecordCodec::magnet);
    draft.movingTo = in.optionalDictionary("moving to").map(RecordCodec::place);
    draft.delivery = in.optionalDictionary("delivery").map(RecordCodec::delivery);
    draft.trackers = in.list("trackers", tier -> texts((BList) tier));
    draft.labels = texts(in.list("labels"));
    draft.files = files(in.text("files"));
    draft.limits = limits(in.dictionary("limits"));
    draft.queueKey = in.number("queue");
    draft.paused = in.isSet("paused");
    draft.sequential = in.isSet("sequential");
    // Of these two older records say nothing.
    draft.firstPiece = Math.toIntExact(in.optionalNumber("first piece").orElse(0L));
    draft.leaving = in.optionalNumber("leaving").orElse(0L) != 0;
    draft.goals = goals(in.dictionary("goals"));
    draft.totals = new Totals(in.number("downloaded"), in.number("uploaded"), in.number("wasted"));
    draft.times =
        new Times(
            draft.times.added(),
            in.optionalNumber("done").map(Instant::ofEpochSecond),
            in.optionalNumber("active").map(Instant::ofEpochSecond),
            Duration.ofSeconds(in.number("downloading")),
            Duration.ofSeconds(in.number("seeding")));
  }

  private static Magnet magnet(String link) {
    try {
      return Magnet.parse(link);
    } catch (MetainfoException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static BDictionary place(Place place) {
    BDictionary.Builder out = BDictionary.builder();
    out.put("folder", place.folder().toString());
    place.name().ifPresent(name -> out.put("name", name));
    return out.put("seed only", place.seedOnly() ? 1 : 0).build();
  }

  private static Place place(Fields in) {
    return new Place(Path.of(in.text("folder")), in.optionalText("name"), in.isSet("seed only"));
  }

  private static BDictionary delivery(Delivery delivery) {
    return BDictionary.builder()
        .put("origin", delivery.origin())
        .put("folder", delivery.folder().toString())
        .put("current", delivery.current() ? 1 : 0)
        .put("published", delivery.published().getEpochSecond())
        .put("stage", delivery.stage().name())
        .build();
  }

  private static Delivery delivery(Fields in) {
    return new Delivery(
        in.text("origin"),
        Path.of(in.text("folder")),
        in.isSet("current"),
        Instant.ofEpochSecond(in.number("published")),
        Delivery.Stage.valueOf(in.text("stage")));
  }

  private static BDictionary limits(Limits limits) {
    return BDictionary.builder()
        .put("down", limits.downBytesPerSecond())
        .put("down on", limits.downLimited() ? 1 : 0)
        .put("up", limits.upBytesPerSecond())
        .put("up on", limits.upLimited() ? 1 : 0)
        .put("session", limits.honorsSession() ? 1 : 0)
        .put("peers", limits.maxPeers())
        .put("priority", limits.priority())
        .build();
  }

  private static Limits limits(Fields in) {
    return new Limits(
        in.number("down"),
        in.isSet("down on"),
        in.number("up"),
        in.isSet("up on"),
        in.isSet("session"),
        Math.toIntExact(in.number("peers")),
        Math.toIntExact(in.number("priority")));
  }

  private static BDictionary goals(Goals goals) {
    BDictionary.Builder out = BDictionary.builder();
    put(out, "ratio", goals.ratio(), times -> times.toString());
    put(out, "seed", goals.seedTime(), RecordCodec::seconds);
    put(out, "idle", goals.idleTime(), RecordCodec::seconds);
    put(out, "give up", goals.giveUp(), RecordCodec::seconds);
    return out.put("remove", goals.removeWhenDone() ? 1 : 0).build();
  }

  private static <T> void put(
      BDictionary.Builder out, String key, Goal<T> goal, Function<T, String> text) {
    switch (goal) {
      case Goal.Inherited<T> _ -> {}
      case Goal.Never<T> _ -> out.put(key, NEVER);
      case Goal.At<T>(T value) -> out.put(key, text.apply(value));
    }
  }

  private static String seconds(Duration duration) {
    return String.valueOf(duration.toSeconds());
  }

  private static Goals goals(Fields in) {
    return new Goals(
        goal(in.optionalText("ratio"), Double::valueOf),
        goal(in.optionalText("seed"), RecordCodec::duration),
        goal(in.optionalText("idle"), RecordCodec::duration),
        goal(in.optionalText("give up"), RecordCodec::duration),
        in.isSet("remove"));
  }

  private static <T> Goal<T> goal(Optional<String> text, Function<String, T> value) {
    return text.map(t -> t.equals(NEVER) ? Goal.<T>never() : Goal.at(value.apply(t)))
        .orElse(Goal.inherited());
  }

  private static Duration duration(String seconds) {
    return Duration.ofSeconds(Long.parseLong(seconds));
  }

  private static BList texts(List<String> texts) {
    return BList.of(texts.stream().map(BString::of).toList());
  }

  private static List<String> texts(BList list) {
    List<String> all = new ArrayList<>();
    list.forEach(text -> all.add(((BString) text).text()));
    return all;
  }

  private static String letters(List<FileWish> files) {
    StringBuilder letters = new StringBuilder(files.size());
    files.forEach(wish -> letters.append(wish.letter()));
    return letters.toString();
  }

  private static List<FileWish> files(String letters) {
    return letters.chars().mapToObj(letter -> FileWish.ofLetter((char) letter)).toList();
  }

  /** A dictionary whose keys must be there; what is missing or of another kind is an error. */
  private record Fields(BDictionary in) {
    long number(String key) {
      return in.integer(key).orElseThrow(() -> missing(key));
    }

    Optional<Long> optionalNumber(String key) {
      return in.integer(key).stream().boxed().findFirst();
    }

    boolean isSet(String key) {
      return number(key) != 0;
    }

    BString bytes(String key) {
      return in.string(key).orElseThrow(() -> missing(key));
    }

    String text(String key) {
      return bytes(key).text();
    }

    Optional<String> optionalText(String key) {
      return in.string(key).map(BString::text);
    }

    BList list(String key) {
      return in.list(key).orElseThrow(() -> missing(key));
    }

    <T> List<T> list(String key, Function<BValue, T> value) {
      List<T> all = new ArrayList<>();
      list(key).forEach(each -> all.add(value.apply(each)));
      return all;
    }

    Fields dictionary(String key) {
      return optionalDictionary(key).orElseThrow(() -> missing(key));
    }

    Optional<Fields> optionalDictionary(String key) {
      return in.dictionary(key).map(Fields::new);
    }

    private static IllegalArgumentException missing(String key) {
      return new IllegalArgumentException("it does not say '" + key + "'");
    }
  }
}
