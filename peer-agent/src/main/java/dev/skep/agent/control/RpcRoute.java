package dev.skep.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Optional;

/**
 * The RPC's place in HTTP. A caller has to say the session's id, which a page of another host
 * cannot read (CSRF).
 */
final class RpcRoute implements Route {
  static final String SESSION_ID = "X-Transmission-Session-Id";

  private final Rpc rpc;
  private final String sessionId;

  RpcRoute(Rpc rpc, String sessionId) {
    this.rpc = rpc;
    this.sessionId = sessionId;
  }

  @Override
  public Optional<Reply> early(Ask ask) {
    byte[] said = ask.header(SESSION_ID).orElse("").getBytes(UTF_8);
    if (!MessageDigest.isEqual(said, sessionId.getBytes(UTF_8))) {
      return Optional.of(
          Reply.text(409, "say the header " + SESSION_ID + " of this answer with every call")
              .with(SESSION_ID, sessionId)
              .with("X-Transmission-Rpc-Version", SessionFields.SEMVER));
    }
    if (!ask.method().equals("POST")) { // Sonarr and Radarr fetch the id with a GET
      return Optional.of(Reply.text(405, "calls are to be POSTed").with("Allow", "POST"));
    }
    return Optional.empty();
  }

  @Override
  public Reply answer(Ask ask, byte[] body) {
    return rpc.answer(body)
        .map(bytes -> Reply.json(200, bytes))
        .orElse(Reply.empty(204))
        .with(SESSION_ID, sessionId);
  }
}
