package dev.skep.tracker.http;

import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.TrackerProtocolException;
import dev.skep.tracker.announce.Proxies;
import dev.skep.tracker.http.admission.HttpSettings;
import io.helidon.http.HeaderName;
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
  private final Proxies proxies;
  private final HeaderName header;

  Askers(HttpSettings settings) {
    this.settings = settings;
    this.proxies = new Proxies(settings.trustedProxies(), settings.proxyHeader());
    this.header = HeaderNames.create(proxies.header().text());
  }

  /**
   * The asker's address.
   *
   * @throws TrackerProtocolException if a trusted proxy names none
   */
  IpAddress of(ServerRequest request) throws TrackerProtocolException {
    return behind(
        IpAddress.of(((InetSocketAddress) request.remotePeer().address()).getAddress()),
        request.headers().all(header, List::of));
  }

  /** The same where no proxy names anybody. */
  IpAddress behind(IpAddress peer) throws TrackerProtocolException {
    return behind(peer, List.of());
  }

  private IpAddress behind(IpAddress peer, List<String> forwarded) throws TrackerProtocolException {
    try {
      return proxies.asker(peer, forwarded);
    } catch (Proxies.NonsenseException e) {
      throw new TrackerProtocolException(String.valueOf(e.getMessage()));
    }
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
