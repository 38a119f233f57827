package dev.skep.tracker.admin.views;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.tracker.rollout.Occurrence;
import dev.skep.tracker.rollout.Rollout;
import dev.skep.tracker.rollout.RolloutPlan;
import dev.skep.tracker.rollout.RolloutSummary;
import jakarta.json.stream.JsonGenerator;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One rollout, for people and programs. Times are RFC 3339.
 *
 * @param id 12 hexadecimal digits
 * @param infoHash of its torrent, 40 hexadecimal digits
 * @param name of its torrent, as it was called when the rollout began
 * @param state running, late, done or cancelled
 * @param deadline absent if there is none
 * @param ended absent while it goes on
 * @param done what counts as done: verified or hooked
 * @param progress 0 to 1, of what is needed
 * @param bytesPerSecond of all its hosts together
 * @param secondsLeft until the last one that downloads is done; absent if that is not known
 * @param missing names of some that are not done, the worst first
 * @param webhooks how many it has
 * @param metrics its name in metrics; absent if it has none
 */
public record RolloutRow(
    String id,
    String infoHash,
    String name,
    long totalBytes,
    String state,
    String created,
    @Nullable String deadline,
    @Nullable String ended,
    String done,
    Target target,
    Counts counts,
    double progress,
    long bytesPerSecond,
    @Nullable Long secondsLeft,
    List<String> missing,
    int webhooks,
    @Nullable String metrics)
    implements Listing.Row {
  private static final int MOST_TOLD = 100;

  /**
   * Which hosts are meant.
   *
   * @param hosts how many of them were named
   * @param anyOf how many of them suffice; absent if all have to be done
   */
  public record Target(
      int hosts,
      List<String> labels,
      List<String> networks,
      List<Integer> zones,
      @Nullable Integer anyOf) {
    private static Target of(RolloutPlan.Target target) {
      OptionalInt anyOf = target.anyOf();
      return new Target(
          target.hosts().size(),
          target.labels(),
          target.networks(),
          target.zones(),
          anyOf.isPresent() ? Integer.valueOf(anyOf.getAsInt()) : null);
    }

    private void write(JsonGenerator out) {
      out.writeStartObject("target").write("hosts", hosts).writeStartArray("labels");
      labels.forEach(out::write);
      out.writeEnd().writeStartArray("networks");
      networks.forEach(out::write);
      out.writeEnd().writeStartArray("zones");
      zones.forEach(number -> out.write(number.intValue()));
      out.writeEnd();
      if (anyOf != null) {
        out.write("anyOf", anyOf);
      }
      out.writeEnd();
    }
  }

  /**
   * How many hosts are how far: each is one of done to unseen.
   *
   * @param needed how many have to be done
   * @param late how many are not done after the deadline
   */
  public record Counts(
      int needed,
      int hosts,
      int done,
      int downloading,
      int stalled,
      int failed,
      int waiting,
      int unseen,
      int late) {
    private static Counts of(RolloutSummary sum) {
      return new Counts(
          sum.needed(),
          sum.hosts(),
          sum.done(),
          sum.downloading(),
          sum.stalled(),
          sum.failed(),
          sum.waiting(),
          sum.unseen(),
          sum.late());
    }

    private void write(JsonGenerator out) {
      out.writeStartObject("counts")
          .write("needed", needed)
          .write("hosts", hosts)
          .write("done", done)
          .write("downloading", downloading)
          .write("stalled", stalled)
          .write("failed", failed)
          .write("waiting", waiting)
          .write("unseen", unseen)
          .write("late", late)
          .writeEnd();
    }
  }

  /** A rollout as it is now. */
  public static RolloutRow of(Rollout rollout) {
    RolloutPlan plan = rollout.plan();
    RolloutSummary sum = rollout.summary();
    return new RolloutRow(
        rollout.id(),
        plan.torrent().infoHash().hex(),
        plan.torrent().name(),
        plan.torrent().totalBytes(),
        rollout.state().word(),
        rollout.created().toString(),
        plan.deadline().map(Instant::toString).orElse(null),
        rollout.ended().map(Instant::toString).orElse(null),
        plan.done().word(),
        Target.of(plan.target()),
        Counts.of(sum),
        RolloutHost.rounded(sum.progress()),
        sum.bytesPerSecond(),
        sum.secondsLeft().isPresent() ? Long.valueOf(sum.secondsLeft().getAsLong()) : null,
        sum.missing(),
        plan.webhooks().size(),
        plan.metrics().orElse(null));
  }

  @Override
  public void write(JsonGenerator out) {
    out.write("id", id)
        .write("infoHash", infoHash)
        .write("name", name)
        .write("totalBytes", totalBytes)
        .write("state", state)
        .write("created", created);
    if (deadline != null) {
      out.write("deadline", deadline);
    }
    if (ended != null) {
      out.write("ended", ended);
    }
    out.write("done", done);
    target.write(out);
    counts.write(out);
    out.write("progress", progress).write("bytesPerSecond", bytesPerSecond);
    if (secondsLeft != null) {
      out.write("secondsLeft", secondsLeft);
    }
    out.writeStartArray("missing");
    missing.forEach(out::write);
    out.writeEnd().write("webhooks", webhooks);
    if (metrics != null) {
      out.write("metrics", metrics);
    }
  }

  /** What a webhook is told. */
  public static byte[] webhook(Rollout rollout, Occurrence what, String delivery) {
    return Listing.object(
            out -> {
              out.write("event", what.kind().word())
                  .write("delivery", delivery)
                  .write("at", what.at().toString())
                  .writeStartObject("rollout");
              of(rollout).write(out);
              out.writeEnd().writeStartArray("missing");
              rollout.hosts().stream()
                  .filter(host -> !host.status().done())
                  .limit(MOST_TOLD)
                  .forEach(host -> out.write(host.name()));
              out.writeEnd();
              what.host().ifPresent(name -> failed(out, name, what));
            })
        .getBytes(UTF_8);
  }

  private static void failed(JsonGenerator out, String name, Occurrence what) {
    out.writeStartObject("host").write("name", name).write("state", what.kind().word());
    what.reason().ifPresent(reason -> out.write("reason", reason));
    out.write("since", what.at().toString()).writeEnd();
  }
}
