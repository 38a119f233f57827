package dev.skep.tracker.admin.views;

import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.rollout.KnownHost;
import jakarta.json.stream.JsonGenerator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One machine whose agent was heard of.
 *
 * @param address where it was heard from last
 * @param labels what it says that it belongs to, sorted
 * @param heard when it was heard last, RFC 3339
 * @param alsoFrom where another machine uses its name, which is not believed
 */
public record HostInfo(
    String name, String address, List<String> labels, String heard, @Nullable String alsoFrom)
    implements Listing.Row {
  /** What is shown of a machine. */
  public static HostInfo of(KnownHost host) {
    return new HostInfo(
        host.name(),
        host.address().toString(),
        host.labels(),
        host.heard().toString(),
        host.alsoFrom().map(IpAddress::toString).orElse(null));
  }

  @Override
  public void write(JsonGenerator out) {
    out.write("name", name).write("address", address).writeStartArray("labels");
    labels.forEach(out::write);
    out.writeEnd().write("heard", heard);
    if (alsoFrom != null) {
      out.write("alsoFrom", alsoFrom);
    }
  }
}
