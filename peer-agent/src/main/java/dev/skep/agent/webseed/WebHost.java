package dev.skep.agent.webseed;

import dev.skep.protocol.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.UnknownHostException;

/**
 * The machine that is connected to for an address.
 *
 * @param at its own, or that of the proxy which Java is set to go through
 */
record WebHost(Endpoint at) {
  /**
   * Looks it up.
   *
   * @throws UnknownHostException if it has no address
   */
  static WebHost of(WebAddress address) throws UnknownHostException {
    ProxySelector proxies = ProxySelector.getDefault();
    if (proxies != null) {
      for (Proxy proxy : proxies.select(address.uri())) {
        if (proxy.address() instanceof InetSocketAddress at) {
          return new WebHost(new Endpoint(lookUp(at.getHostString()), at.getPort()));
        }
      }
    }
    String host = address.uri().getHost();
    boolean literal = host.startsWith("[");
    return new WebHost(
        new Endpoint(
            lookUp(literal ? host.substring(1, host.length() - 1) : host), address.port()));
  }

  private static InetAddress lookUp(String host) throws UnknownHostException {
    return InetAddress.getByName(host);
  }

  /** Whether no line to the internet lies between. */
  boolean isLocal() {
    return at.isLocalNetwork();
  }
}
