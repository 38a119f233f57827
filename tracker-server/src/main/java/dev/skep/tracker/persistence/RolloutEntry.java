package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.tracker.rollout.HostRow;
import dev.skep.tracker.rollout.HostRow.Status;
import dev.skep.tracker.rollout.HostState;
import dev.skep.tracker.rollout.KnownHost;
import dev.skep.tracker.rollout.Motion;
import dev.skep.tracker.rollout.Occurrence;
import dev.skep.tracker.rollout.Rollout;
import dev.skep.tracker.rollout.RolloutPlan;
import dev.skep.tracker.rollout.SavedRollout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Rollouts and hosts as bytes: the number of the form, then their members in order. */
final class RolloutEntry {
  private static final int FORM = 1;

  private RolloutEntry() {}

  static byte[] encode(SavedRollout rollout) {
    return bytes(
        out -> {
          plan(out, rollout.plan());
          Words.time(out, rollout.created());
          out.writeUTF(rollout.state().word());
          Words.maybe(out, rollout.ended(), Words::time);
          out.writeLong(rollout.version());
          Words.list(out, rollout.hosts(), RolloutEntry::row);
          Words.list(out, rollout.occurrences(), RolloutEntry::occurrence);
          Words.list(out, rollout.told(), DataOutputStream::writeInt);
        });
  }

  static SavedRollout decode(String id, byte[] bytes) throws DamagedStoreException {
    return value(
        bytes,
        in ->
            new SavedRollout(
                id,
                plan(in),
                Words.time(in),
                word(in, Rollout.State::of),
                Words.maybe(in, Words::time),
                in.readLong(),
                Words.list(in, RolloutEntry::row),
                Words.list(in, RolloutEntry::occurrence),
                Words.list(in, DataInputStream::readInt)));
  }

  static byte[] encode(List<KnownHost> hosts) {
    return bytes(out -> Words.list(out, hosts, RolloutEntry::host));
  }

  static List<KnownHost> decodeHosts(byte[] bytes) throws DamagedStoreException {
    return value(bytes, in -> Words.list(in, RolloutEntry::host));
  }

  // ---- members, what is written and what reads it beside one another

  private static void plan(DataOutputStream out, RolloutPlan plan) throws IOException {
    out.write(plan.torrent().infoHash().toBytes());
    out.writeUTF(plan.torrent().name());
    out.writeLong(plan.torrent().totalBytes());
    RolloutPlan.Target target = plan.target();
    Words.list(out, target.hosts(), Words::text);
    Words.list(out, target.labels(), Words::text);
    Words.list(out, target.networks(), Words::text);
    Words.list(out, target.zones(), DataOutputStream::writeInt);
    out.writeInt(target.anyOf().orElse(-1));
    Words.maybe(out, plan.deadline(), Words::time);
    out.writeUTF(plan.done().word());
    Words.list(out, plan.webhooks(), (to, url) -> to.writeUTF(url.toString()));
    Words.maybe(out, plan.metrics(), Words::text);
  }

  private static RolloutPlan plan(DataInputStream in) throws IOException {
    var torrent =
        new RolloutPlan.Torrent(
            InfoHash.of(in.readNBytes(InfoHash.BYTES)), in.readUTF(), in.readLong());
    var target =
        new RolloutPlan.Target(
            Words.list(in, Words::text),
            Words.list(in, Words::text),
            Words.list(in, Words::text),
            Words.list(in, DataInputStream::readInt),
            some(in.readInt()));
    return new RolloutPlan(
        torrent,
        target,
        Words.maybe(in, Words::time),
        word(in, RolloutPlan.Done::of),
        Words.list(in, from -> URI.create(from.readUTF())),
        Words.maybe(in, Words::text));
  }

  private static OptionalInt some(int number) {
    return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
  }

  private static void row(DataOutputStream out, HostRow row) throws IOException {
    out.writeUTF(row.name());
    Words.maybe(out, row.address(), Words::address);
    Words.maybe(out, row.alsoFrom(), Words::address);
    Status status = row.status();
    out.writeUTF(status.state().word());
    out.writeBoolean(status.done());
    Words.maybe(out, status.reason(), Words::text);
    Words.time(out, status.since());
    Words.maybe(out, status.doneAt(), Words::time);
    out.writeLong(row.motion().leftBytes());
    Words.maybe(out, row.motion().heard(), Words::time);
  }

  private static HostRow row(DataInputStream in) throws IOException {
    return new HostRow(
        in.readUTF(),
        Words.maybe(in, Words::address),
        Words.maybe(in, Words::address),
        new Status(
            word(in, HostState::of),
            in.readBoolean(),
            Words.maybe(in, Words::text),
            Words.time(in),
            Words.maybe(in, Words::time)),
        Motion.restored(in.readLong(), Words.maybe(in, Words::time), 0),
        0);
  }

  private static void occurrence(DataOutputStream out, Occurrence what) throws IOException {
    out.writeInt(what.number());
    out.writeUTF(what.kind().word());
    Words.time(out, what.at());
    Words.maybe(out, what.host(), Words::text);
    Words.maybe(out, what.reason(), Words::text);
  }

  private static Occurrence occurrence(DataInputStream in) throws IOException {
    return new Occurrence(
        in.readInt(),
        word(in, Occurrence.Kind::of),
        Words.time(in),
        Words.maybe(in, Words::text),
        Words.maybe(in, Words::text));
  }

  private static void host(DataOutputStream out, KnownHost host) throws IOException {
    out.writeUTF(host.name());
    out.writeUTF(host.idHash());
    Words.list(out, host.labels(), Words::text);
    Words.address(out, host.address());
    Words.address(out, host.claimedFrom());
    Words.time(out, host.heard());
    Words.maybe(out, host.alsoFrom(), Words::address);
  }

  private static KnownHost host(DataInputStream in) throws IOException {
    return new KnownHost(
        in.readUTF(),
        in.readUTF(),
        Words.list(in, Words::text),
        Words.address(in),
        Words.address(in),
        Words.time(in),
        Words.maybe(in, Words::address),
        Map.of());
  }

  // ---- the whole

  @FunctionalInterface
  private interface Content {
    void write(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Content content) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(FORM);
      content.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes every byte", e);
    }
    return bytes.toByteArray();
  }

  private static <T> T value(byte[] bytes, Words.Reader<T> reader) throws DamagedStoreException {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int form = in.readByte();
      if (form != FORM) {
        throw new DamagedStoreException("a form of rollouts that is not known: " + form);
      }
      return reader.read(in);
    } catch (IOException | IllegalArgumentException e) {
      throw new DamagedStoreException("what is kept of rollouts ends or is none: " + e);
    }
  }

  private static <T> T word(DataInputStream in, Function<String, Optional<T>> meaning)
      throws IOException {
    String word = in.readUTF();
    return meaning.apply(word).orElseThrow(() -> new IOException("no such word: " + word));
  }
}
