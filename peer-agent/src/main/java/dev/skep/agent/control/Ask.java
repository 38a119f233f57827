package dev.skep.agent.control;

import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A request over HTTP, without its body.
 *
 * @param path without query, not decoded
 * @param query what follows the question mark, not decoded; empty if there is none
 * @param from who sent it
 * @param headers gives the first of a name
 */
record Ask(
    String method,
    String path,
    String query,
    InetAddress from,
    Function<String, Optional<String>> headers) {
  Optional<String> header(String name) {
    return headers.apply(name);
  }

  /** What a query says of this; as it is, since nothing that is asked for needs an escape. */
  Optional<String> parameter(String name) {
    return Stream.of(query.split("&", -1))
        .filter(pair -> pair.startsWith(name + "="))
        .map(pair -> pair.substring(name.length() + 1))
        .findFirst();
  }
}
