package dev.skep.agent.cli;

import dev.skep.agent.cli.console.ByteRate;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.service.SessionOpening;
import dev.skep.agent.session.Session;
import dev.skep.agent.session.SessionSettings;
import dev.skep.protocol.address.AddressRanges;
import dev.skep.protocol.encryption.Encryption;
import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Settings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What {@code seed} and {@code get} have in common: where to listen, whom to ask, how fast. */
final class PeerOptions {
  @Option(
      names = {"-p", "--port"},
      paramLabel = "N",
      description =
          "Port to listen on, of TCP and, for the DHT, of UDP. Default: the first free one from"
              + " 6881 to 6889, or any.")
  private @Nullable Integer port;

  @Option(
      names = "--bind",
      paramLabel = "ADDR",
      description = "Local address to listen on and to connect from. Default: all.")
  private @Nullable String bind;

  @Option(
      names = {"-t", "--announce"},
      paramLabel = "URL",
      description =
          "Announce URL of a tracker to ask before the torrent's own; each -t is a tier, commas"
              + " join trackers in one.")
  private List<String> tiers = List.of();

  @Option(
      names = "--max-up",
      paramLabel = "RATE",
      description = "Send at most this much, such as 10MiB/s.")
  private @Nullable ByteRate maxUp;

  @Option(
      names = "--lan",
      paramLabel = "RANGES",
      description =
          "What counts as the local network, such as 10.0.0.0/8,fd00::/8: its peers are served"
              + " before all others. Default: the private address ranges.")
  private @Nullable String lan;

  @Option(
      names = "--lan-unlimited",
      description = "Limits of rates do not hold for peers of the local network.")
  private boolean lanUnlimited;

  @Option(names = "--no-pex", description = "Do not let peers tell one another of peers (BEP 11).")
  private boolean noPeerExchange;

  @Option(
      names = "--no-lsd",
      description = "Do not look for peers on the local network by multicast (BEP 14).")
  private boolean noLocalDiscovery;

  @Option(names = "--no-dht", description = "Do not look for peers in the DHT (BEP 5).")
  private boolean noDht;

  @Option(
      names = "--no-web-seeds",
      description = "Do not ask web servers that have the data (BEP 19).")
  private boolean noWebSeeds;

  @Option(
      names = "--encryption",
      paramLabel = "MODE",
      description =
          "Which handshakes peers may begin with: off, allow, prefer or require. Default: allow,"
              + " which dials plainly, and encrypted where that is hung up on.")
  private @Nullable String encryption;

  /**
   * Whether peers may be found without a tracker: on the local network, or by the DHT where
   * somebody leads into it.
   *
   * @param nodes that the torrent names
   */
  boolean looksAround(List<String> nodes) throws WrongUsage {
    Settings set = settings();
    boolean lan = !noLocalDiscovery && set.get(AgentKeys.LOCAL_DISCOVERY);
    boolean led =
        !nodes.isEmpty()
            || !set.get(AgentKeys.DHT_NODES).isEmpty()
            || set.get(AgentKeys.DHT_PUBLIC);
    return lan || (!noDht && set.get(AgentKeys.DHT) && led);
  }

  /** Whether web servers are asked. */
  boolean asksWebSeeds() throws WrongUsage {
    return asksWebSeeds(settings());
  }

  private boolean asksWebSeeds(Settings set) {
    return !noWebSeeds && set.get(AgentKeys.WEB_SEEDS);
  }

  /**
   * What holds where no flag says otherwise.
   *
   * @throws WrongUsage naming the system property or variable that cannot be used
   */
  Settings settings() throws WrongUsage {
    var properties = new HashMap<String, String>();
    for (String name : System.getProperties().stringPropertyNames()) {
      properties.put(name, System.getProperty(name));
    }
    try {
      return Settings.read(AgentKeys.ALL, properties, System.getenv(), Map.of());
    } catch (BadSettingException e) {
      throw new WrongUsage(String.valueOf(e.getMessage()));
    }
  }

  /** The local address that was given or set. */
  Optional<String> bind() throws WrongUsage {
    return bind != null ? Optional.of(bind) : settings().get(AgentKeys.BIND);
  }

  /** Trackers given and, after them, the torrent's own. */
  List<List<String>> trackers(List<List<String>> own) throws WrongUsage {
    var all = new ArrayList<>(AnnounceUrls.tiers(tiers));
    all.addAll(own);
    return all.stream().distinct().toList();
  }

  /**
   * Starts to listen.
   *
   * @param maxDown what a flag says; 0 bytes for no limit
   * @throws BindException naming the address and the port that was asked for and is taken
   */
  Session open(Terminal terminal, Optional<ByteRate> maxDown) throws IOException, WrongUsage {
    Settings set = settings();
    Encryption handshakes = encryption(set);
    SessionSettings settings =
        SessionSettings.defaults()
            .with(
                s -> {
                  s.limitLocalNetwork = !lanUnlimited && !set.get(AgentKeys.LAN_UNLIMITED);
                  s.peerExchange = !noPeerExchange && set.get(AgentKeys.PEER_EXCHANGE);
                  s.localDiscovery = !noLocalDiscovery && set.get(AgentKeys.LOCAL_DISCOVERY);
                  s.dht = noDht ? Optional.empty() : SessionOpening.dht(set, Optional.empty());
                  s.webSeeds = asksWebSeeds(set);
                  s.webRequests = set.get(AgentKeys.WEB_REQUESTS);
                  s.encryption = handshakes;
                  s.maxUpBytesPerSecond =
                      maxUp != null ? maxUp.bytesPerSecond() : set.get(AgentKeys.MAX_UP);
                  s.maxDownBytesPerSecond =
                      maxDown.map(ByteRate::bytesPerSecond).orElse(set.get(AgentKeys.MAX_DOWN));
                });
    Optional<String> lanRanges = lan != null ? Optional.of(lan) : set.get(AgentKeys.LAN);
    if (lanRanges.isPresent()) {
      AddressRanges local = ranges(lanRanges.get());
      settings = settings.with(s -> s.localNetwork = local);
    }
    Optional<String> at = bind();
    if (at.isPresent()) {
      InetAddress here = address(at.get());
      settings = settings.with(s -> s.bind = here);
    }
    Optional<Integer> listen = port != null ? Optional.of(port) : set.get(AgentKeys.PORT);
    if (listen.isPresent()) {
      if (listen.get() < 0 || listen.get() > 65_535) {
        throw new WrongUsage("--port must be from 0 (any) to 65535");
      }
    }
    return SessionOpening.open(settings, listen, terminal::say);
  }

  private Encryption encryption(Settings set) throws WrongUsage {
    if (encryption == null) {
      return set.get(AgentKeys.ENCRYPTION);
    }
    return AgentKeys.ENCRYPTION
        .form()
        .reader()
        .apply(encryption)
        .orElseThrow(
            () -> new WrongUsage("--encryption must be " + AgentKeys.ENCRYPTION.form().expected()));
  }

  private static AddressRanges ranges(String text) throws WrongUsage {
    try {
      return AddressRanges.parse(text);
    } catch (IllegalArgumentException e) {
      throw new WrongUsage("--lan: " + e.getMessage());
    }
  }

  private static InetAddress address(String literal) throws WrongUsage {
    try {
      return InetAddress.ofLiteral(literal);
    } catch (IllegalArgumentException e) {
      throw new WrongUsage("--bind wants an IP address of this machine, not '" + literal + "'");
    }
  }
}
