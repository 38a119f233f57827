package dev.skep.agent.control;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Function;

/**
 * A request over HTTP, without its body.
 *
 * @param path without query, not decoded
 * @param from who sent it
 * @param headers gives the first of a name
 */
record Ask(
    String method, String path, InetAddress from, Function<String, Optional<String>> headers) {
  Optional<String> header(String name) {
    return headers.apply(name);
  }
}
