package dev.skep.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.observe.AgentHealth;
import dev.skep.agent.observe.AgentMetrics;
import dev.skep.agent.observe.CallFigures;
import dev.skep.agent.observe.RateHistory;
import dev.skep.agent.service.Agent;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.address.AddressRanges;
import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Settings;
import dev.skep.service.web.Board;
import jakarta.json.stream.JsonGenerator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** The agent's remote control: what is at which path, and who may use it. */
public final class Control implements AutoCloseable {
  public static final String RPC_PATH = "/transmission/rpc";

  /** Where it listens, and whom it lets in; checked before anything is opened. */
  public record Access(
      InetAddress bind,
      int port,
      Predicate<InetAddress> allowed,
      Set<String> hosts,
      Optional<Guard.Account> account) {

    /**
     * As the settings say.
     *
     * @throws BadSettingException if one cannot be used, or others could control the agent without
     *     a password
     */
    public static Access of(Settings set) throws BadSettingException {
      InetAddress bind = address(set.get(AgentKeys.RPC_BIND));
      Optional<Guard.Account> account = Optional.empty();
      if (set.get(AgentKeys.RPC_PASSWORD).isPresent()) {
        account = Optional.of(account(set));
      } else if (!bind.isLoopbackAddress()) {
        throw new BadSettingException(
            "%s is %s: others could control this agent; set %s to what 'skep agent password' prints"
                .formatted(
                    AgentKeys.RPC_BIND.name(),
                    bind.getHostAddress(),
                    AgentKeys.RPC_PASSWORD.name()));
      }
      Set<String> hosts = new HashSet<>();
      set.get(AgentKeys.RPC_HOSTS).forEach(name -> hosts.add(name.toLowerCase(Locale.ROOT)));
      return new Access(bind, set.get(AgentKeys.RPC_PORT), allowed(set), hosts, account);
    }

    private static Guard.Account account(Settings set) throws BadSettingException {
      PasswordHash hash =
          PasswordHash.parse(set.get(AgentKeys.RPC_PASSWORD).orElse(""))
              .orElseThrow(
                  () ->
                      new BadSettingException(
                          AgentKeys.RPC_PASSWORD.name()
                              + " is no hash of a password; 'skep agent password' prints one"));
      return new Guard.Account(set.get(AgentKeys.RPC_USER), hash);
    }

    private static InetAddress address(String text) throws BadSettingException {
      try {
        return text.equals("localhost")
            ? InetAddress.ofLiteral("127.0.0.1")
            : InetAddress.ofLiteral(text);
      } catch (IllegalArgumentException e) {
        throw new BadSettingException(
            AgentKeys.RPC_BIND.name() + " wants an IP address of this machine, not '" + text + "'");
      }
    }

    private static Predicate<InetAddress> allowed(Settings set) throws BadSettingException {
      Optional<String> text = set.get(AgentKeys.RPC_ALLOWED);
      if (text.isEmpty()) {
        return _ -> true;
      }
      try {
        AddressRanges ranges = AddressRanges.parse(text.get());
        return address -> ranges.test(new Endpoint(address, 1));
      } catch (IllegalArgumentException e) {
        throw new BadSettingException(AgentKeys.RPC_ALLOWED.name() + ": " + e.getMessage());
      }
    }
  }

  /** Each is a connection, and a second's work when all watch something else. */
  private static final int MOST_WATCHERS = 32;

  private final HttpDoor door;
  private final Board<Optional<InfoHash>> board;
  private final RateHistory history;
  private final MediaRoute media;

  private Control(
      HttpDoor door, Board<Optional<InfoHash>> board, RateHistory history, MediaRoute media) {
    this.door = door;
    this.board = board;
    this.history = history;
    this.media = media;
  }

  /**
   * Opens it.
   *
   * @param version of skep
   * @param stop ends the agent, soon
   * @throws java.net.BindException naming the address and port if they cannot be had
   */
  public static Control open(Agent agent, Access access, String version, Runnable stop)
      throws IOException {
    Guard guard = new Guard(access.allowed(), access.hosts(), access.account(), System::nanoTime);
    String sessionId = sessionId();
    RateHistory history = RateHistory.of(agent);
    Board<Optional<InfoHash>> board =
        new Board<>(
            new PageParts(new SessionFields.Subject(agent, sessionId, version), history)::painter,
            MOST_WATCHERS);
    MediaRoute media = new MediaRoute(agent);
    Map<String, Route> routes = routes(agent, sessionId, version, stop);
    routes.put("/events", new EventRoute(board));
    routes.put("/media", media);
    try {
      HttpDoor door = HttpDoor.open(access.bind(), access.port(), guard, routes);
      return new Control(door, board, history, media);
    } catch (IOException e) {
      history.close();
      throw e;
    }
  }

  private static Map<String, Route> routes(
      Agent agent, String sessionId, String version, Runnable stop) {
    Map<String, Rpc.Method> methods = methods(agent, sessionId, version, stop);
    CallFigures calls = new CallFigures(methods.keySet());
    Route rpc = new RpcRoute(new Rpc(methods, calls), sessionId);
    AgentMetrics metrics = new AgentMetrics(agent, calls, version);
    Map<String, Route> routes = new HashMap<>(PageRoutes.all());
    routes.put(RPC_PATH, rpc);
    routes.put(RPC_PATH + "/", rpc);
    routes.put("/metrics", new ReadRoute(false, () -> metrics(metrics)));
    AgentHealth health = new AgentHealth(agent);
    routes.put("/health", health(health, AgentHealth.Kind.ALL));
    routes.put("/health/live", health(health, AgentHealth.Kind.LIVE));
    routes.put("/health/ready", health(health, AgentHealth.Kind.READY));
    routes.put("/health/started", health(health, AgentHealth.Kind.STARTED));
    return routes;
  }

  private static Reply metrics(AgentMetrics metrics) {
    return Reply.of(
        200, "text/plain; version=0.0.4; charset=utf-8", metrics.text().getBytes(UTF_8));
  }

  /** Whoever keeps services going asks without a password, and learns nothing of torrents. */
  private static Route health(AgentHealth health, AgentHealth.Kind kind) {
    return new ReadRoute(
        true,
        () -> {
          AgentHealth.Health now = health.look(kind);
          String document = JsonText.of(out -> write(now, out));
          return Reply.json(now.up() ? 200 : 503, document.getBytes(UTF_8));
        });
  }

  private static void write(AgentHealth.Health health, JsonGenerator out) {
    out.writeStartObject().write("status", word(health.up()));
    out.writeStartArray("checks");
    for (AgentHealth.Check check : health.checks()) {
      out.writeStartObject().write("name", check.name()).write("status", word(check.up()));
      if (!check.data().isEmpty()) {
        out.writeStartObject("data");
        check.data().forEach(out::write);
        out.writeEnd();
      }
      out.writeEnd();
    }
    out.writeEnd().writeEnd();
  }

  private static String word(boolean up) {
    return up ? "UP" : "DOWN";
  }

  /** All that may be asked for. */
  List<String> paths() {
    return door.paths();
  }

  static Rpc rpc(Agent agent, String sessionId, String version, Runnable stop) {
    Map<String, Rpc.Method> methods = methods(agent, sessionId, version, stop);
    return new Rpc(methods, new CallFigures(methods.keySet()));
  }

  private static Map<String, Rpc.Method> methods(
      Agent agent, String sessionId, String version, Runnable stop) {
    Map<String, Rpc.Method> methods = new HashMap<>();
    new TorrentMethods(agent).all().forEach((name, m) -> methods.put(Dialect.root(name), m));
    new SessionMethods(agent, sessionId, version, stop)
        .all()
        .forEach((name, m) -> methods.put(Dialect.root(name), m));
    return methods;
  }

  private static String sessionId() {
    byte[] random = new byte[36];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** Where it is. */
  public InetSocketAddress address() {
    return door.address();
  }

  @Override
  public void close() {
    board.close(); // streams end, and the door need not wait for them
    history.close();
    media.close();
    door.close();
  }
}
