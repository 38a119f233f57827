package dev.skep.tracker.http;

import dev.skep.tracker.swarm.Cidr;
import dev.skep.tracker.swarm.IpAddress;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds out who asks: the far end of the connection, or whom a trusted proxy names. */
final class Askers {
  private final HttpSettings settings;

  Askers(HttpSettings settings) {
    this.settings = settings;
  }

  /**
   * The asker's address. A trusted proxy's {@code X-Forwarded-For} is read from its end, for what
   * stands further left was written by others; the first address that is no trusted proxy's is it.
   */
  IpAddress of(ServerRequest request) {
    IpAddress asker =
        IpAddress.of(((InetSocketAddress) request.remotePeer().address()).getAddress());
    if (settings.trustedProxies().isEmpty() || !holds(settings.trustedProxies(), asker)) {
      return asker;
    }
    List<String> hops =
        request.headers().values(HeaderNames.X_FORWARDED_FOR).stream()
            .flatMap(line -> List.of(line.split(",", -1)).stream())
            .toList();
    for (String hop : hops.reversed()) {
      try {
        asker = IpAddress.of(InetAddress.ofLiteral(hop.strip()));
      } catch (IllegalArgumentException _) {
        return asker; // not an address: the last one that was is the best there is
      }
      if (!holds(settings.trustedProxies(), asker)) {
        return asker;
      }
    }
    return asker;
  }

  /**
   * Where the peer is: where it asks from or, if it may say so, where it says. What it states of
   * the asker's own family takes that address's place, of the other family it is one more.
   *
   * @return one or two addresses, the one of the asker's family first
   */
  List<IpAddress> addresses(IpAddress asker, List<InetAddress> stated) {
    if (stated.isEmpty() || !holds(settings.mayStateAddress(), asker)) {
      return List.of(asker);
    }
    Optional<IpAddress> same = first(stated, asker.isIpv4());
    Optional<IpAddress> other = first(stated, !asker.isIpv4());
    return Stream.concat(Stream.of(same.orElse(asker)), other.stream()).toList();
  }

  private static Optional<IpAddress> first(List<InetAddress> stated, boolean ipv4) {
    return stated.stream().map(IpAddress::of).filter(a -> a.isIpv4() == ipv4).findFirst();
  }

  private static boolean holds(List<Cidr> blocks, IpAddress address) {
    for (Cidr block : blocks) {
      if (block.contains(address)) {
        return true;
      }
    }
    return false;
  }
}
