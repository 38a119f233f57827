package dev.skep.tracker.persistence;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.IpAddress;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/** Rollouts and hosts as bytes: the number of the form, then their members in order. */
final class RolloutEntry {
  private static final int FORM = 1;

  /** Of hosts: first without when a name was used first, and whether a secret vouches for it. */
  private static final int OLD_HOSTS_FORM = 1;

  private static final int HOSTS_FORM = 2;

  private RolloutEntry() {}

  static byte[] encode(SavedRollout rollout) {
    return bytes(
        FORM,
        out -> {
          plan(out, rollout.plan());
          StoredValues.time(out, rollout.created());
          out.writeUTF(rollout.state().word());
          StoredValues.maybe(out, rollout.ended(), StoredValues::time);
          out.writeLong(rollout.version());
          StoredValues.list(out, rollout.hosts(), RolloutEntry::row);
          StoredValues.list(out, rollout.occurrences(), RolloutEntry::occurrence);
          StoredValues.list(out, rollout.told(), DataOutputStream::writeInt);
        });
  }

  static SavedRollout decode(String id, byte[] bytes) throws DamagedStoreException {
    return value(
        bytes,
        FORM,
        in ->
            new SavedRollout(
                id,
                plan(in),
                StoredValues.time(in),
                word(in, Rollout.State::of),
                StoredValues.maybe(in, StoredValues::time),
                in.readLong(),
                StoredValues.list(in, RolloutEntry::row),
                StoredValues.list(in, RolloutEntry::occurrence),
                StoredValues.list(in, DataInputStream::readInt)));
  }

  static byte[] encode(List<KnownHost> hosts) {
    return bytes(HOSTS_FORM, out -> StoredValues.list(out, hosts, RolloutEntry::host));
  }

  static List<KnownHost> decodeHosts(byte[] bytes) throws DamagedStoreException {
    boolean isOld = bytes.length > 0 && bytes[0] == OLD_HOSTS_FORM;
    return value(
        bytes,
        isOld ? OLD_HOSTS_FORM : HOSTS_FORM,
        in -> StoredValues.list(in, each -> host(each, isOld)));
  }

  // ---- members, what is written and what reads it beside one another

  private static void plan(DataOutputStream out, RolloutPlan plan) throws IOException {
    out.write(plan.torrent().infoHash().toBytes());
    out.writeUTF(plan.torrent().name());
    out.writeLong(plan.torrent().totalBytes());
    RolloutPlan.Target target = plan.target();
    StoredValues.list(out, target.hosts(), StoredValues::text);
    StoredValues.list(out, target.labels(), StoredValues::text);
    StoredValues.list(out, target.networks(), StoredValues::text);
    StoredValues.list(out, target.zones(), DataOutputStream::writeInt);
    out.writeInt(target.anyOf().orElse(-1));
    StoredValues.maybe(out, plan.deadline(), StoredValues::time);
    out.writeUTF(plan.done().word());
    StoredValues.list(out, plan.webhooks(), (to, url) -> to.writeUTF(url.toString()));
    StoredValues.maybe(out, plan.metrics(), StoredValues::text);
  }

  private static RolloutPlan plan(DataInputStream in) throws IOException {
    var torrent =
        new RolloutPlan.Torrent(
            InfoHash.of(in.readNBytes(InfoHash.BYTES)), in.readUTF(), in.readLong());
    var target =
        new RolloutPlan.Target(
            StoredValues.list(in, StoredValues::text),
            StoredValues.list(in, StoredValues::text),
            StoredValues.list(in, StoredValues::text),
            StoredValues.list(in, DataInputStream::readInt),
            some(in.readInt()));
    return new RolloutPlan(
        torrent,
        target,
        StoredValues.maybe(in, StoredValues::time),
        word(in, RolloutPlan.Done::of),
        StoredValues.list(in, from -> URI.create(from.readUTF())),
        StoredValues.maybe(in, StoredValues::text));
  }

  private static OptionalInt some(int number) {
    return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
  }

  private static void row(DataOutputStream out, HostRow row) throws IOException {
    out.writeUTF(row.name());
    StoredValues.maybe(out, row.address(), StoredValues::address);
    StoredValues.maybe(out, row.alsoFrom(), StoredValues::address);
    Status status = row.status();
    out.writeUTF(status.state().word());
    out.writeBoolean(status.done());
    StoredValues.maybe(out, status.reason(), StoredValues::text);
    StoredValues.time(out, status.since());
    StoredValues.maybe(out, status.doneAt(), StoredValues::time);
    out.writeLong(row.motion().leftBytes());
    StoredValues.maybe(out, row.motion().heard(), StoredValues::time);
  }

  private static HostRow row(DataInputStream in) throws IOException {
    return new HostRow(
        in.readUTF(),
        StoredValues.maybe(in, StoredValues::address),
        StoredValues.maybe(in, StoredValues::address),
        new Status(
            word(in, HostState::of),
            in.readBoolean(),
            StoredValues.maybe(in, StoredValues::text),
            StoredValues.time(in),
            StoredValues.maybe(in, StoredValues::time)),
        Motion.restored(in.readLong(), StoredValues.maybe(in, StoredValues::time), 0),
        0);
  }

  private static void occurrence(DataOutputStream out, Occurrence what) throws IOException {
    out.writeInt(what.number());
    out.writeUTF(what.kind().word());
    StoredValues.time(out, what.at());
    StoredValues.maybe(out, what.host(), StoredValues::text);
    StoredValues.maybe(out, what.reason(), StoredValues::text);
  }

  private static Occurrence occurrence(DataInputStream in) throws IOException {
    return new Occurrence(
        in.readInt(),
        word(in, Occurrence.Kind::of),
        StoredValues.time(in),
        StoredValues.maybe(in, StoredValues::text),
        StoredValues.maybe(in, StoredValues::text));
  }

  private static void host(DataOutputStream out, KnownHost host) throws IOException {
    out.writeUTF(host.name());
    out.writeUTF(host.idHash());
    StoredValues.list(out, host.labels(), StoredValues::text);
    StoredValues.address(out, host.address());
    StoredValues.address(out, host.claimedFrom());
    StoredValues.time(out, host.heard());
    StoredValues.maybe(out, host.alsoFrom(), StoredValues::address);
    StoredValues.time(out, host.since());
    out.writeBoolean(host.vouched());
  }

  private static KnownHost host(DataInputStream in, boolean isOld) throws IOException {
    String name = in.readUTF();
    String idHash = in.readUTF();
    List<String> labels = StoredValues.list(in, StoredValues::text);
    IpAddress address = StoredValues.address(in);
    IpAddress claimedFrom = StoredValues.address(in);
    Instant heard = StoredValues.time(in);
    Optional<IpAddress> alsoFrom = StoredValues.maybe(in, StoredValues::address);
    Instant since = isOld ? heard : StoredValues.time(in);
    boolean vouched = !isOld && in.readBoolean();
    return new KnownHost(
        name, idHash, labels, address, claimedFrom, since, heard, vouched, alsoFrom, Map.of());
  }

  // ---- the whole

  @FunctionalInterface
  private interface Content {
    void write(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(int form, Content content) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(form);
      content.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory takes every byte", e);
    }
    return bytes.toByteArray();
  }

  private static <T> T value(byte[] bytes, int known, StoredValues.Reader<T> reader)
      throws DamagedStoreException {
    try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      int form = in.readByte();
      if (form != known) {
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
