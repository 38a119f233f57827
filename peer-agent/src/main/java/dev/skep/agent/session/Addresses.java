package dev.skep.agent.session;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses with a meaning of their own. */
final class Addresses {
  /** Every local address, of both families where the system has both. */
  static final InetAddress ANY = new InetSocketAddress(0).getAddress();

  private Addresses() {}
}
