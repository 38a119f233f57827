package dev.skep.tracker.access;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who may administer: who knows the token or, when none is set, who sits at this machine.
 *
 * <p>A browser at this machine is led by foreign pages, and a proxy at this machine speaks for
 * anybody; so without a token, a request counts as local only if it names this machine as its host,
 * comes from no page of another site, and was not forwarded.
 */
public final class Administrators {
  private static final String SCHEME = "Bearer ";
  private static final Pattern LOCAL_HOST =
      Pattern.compile("(localhost|127(\\.\\d{1,3}){3}|\\[::1])(:\\d{1,5})?");

  private final Optional<byte[]> token;

  /**
   * @param token what administrators send; with none, only this machine is trusted
   */
  public Administrators(Optional<String> token) {
    this.token = token.map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * What is known of a request.
   *
   * @param from the address it came from
   * @param authorization its header of that name
   * @param host its header of that name
   * @param origin its header of that name: the site of the page that sent it
   * @param forwarded whether a proxy passed it on
   */
  public record Request(
      InetAddress from,
      Optional<String> authorization,
      Optional<String> host,
      Optional<String> origin,
      boolean forwarded) {}

  /** Nothing, or why this request may not change anything. */
  public Optional<Refusal> refuse(Request request) {
    if (token.isPresent()) {
      return carries(token.get(), request)
          ? Optional.empty()
          : Optional.of(
              new Refusal(true, "send the tracker's admin token as 'Authorization: Bearer TOKEN'"));
    }
    boolean local =
        request.from().isLoopbackAddress()
            && !request.forwarded()
            && request.host().filter(host -> LOCAL_HOST.matcher(host).matches()).isPresent()
            && request.origin().filter(origin -> !sameSite(origin, request)).isEmpty();
    return local
        ? Optional.empty()
        : Optional.of(
            new Refusal(
                false,
                "without an admin token only this machine may administer; set skep.admin.token"));
  }

  /**
   * Why not.
   *
   * @param tokenWanted whether a token would help
   * @param reason what to do, in one line
   */
  public record Refusal(boolean tokenWanted, String reason) {}

  private static boolean sameSite(String origin, Request request) {
    return request.host().filter(host -> origin.equals("http://" + host)).isPresent();
  }

  /** Takes the same time wherever the first difference is. */
  private static boolean carries(byte[] token, Request request) {
    return request
        .authorization()
        .filter(header -> header.startsWith(SCHEME))
        .map(header -> header.substring(SCHEME.length()).getBytes(StandardCharsets.UTF_8))
        .filter(given -> MessageDigest.isEqual(token, given))
        .isPresent();
  }
}
