package dev.skep.agent.service;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.dht.live.DhtSettings;
import dev.skep.agent.session.Session;
import dev.skep.agent.session.SessionSettings;
import dev.skep.protocol.address.AddressRanges;
import dev.skep.service.settings.BadSettingException;
import dev.skep.service.settings.Settings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A session as the agent's settings want it. */
public final class SessionOpening {
  private static final int FIRST_PORT = 6881;
  private static final int LAST_PORT = 6889;
  private static final String DHT_STATE = "dht.nodes";

  private SessionOpening() {}

  /**
   * What to open it with.
   *
   * @param stateFolder where resume states are kept
   * @throws BadSettingException if one of them cannot be used
   */
  public static SessionSettings settings(Settings set, Path stateFolder)
      throws BadSettingException {
    SessionSettings settings =
        SessionSettings.defaults()
            .with(
                s -> {
                  s.stateFolder = Optional.of(stateFolder);
                  s.limitLocalNetwork = !set.get(AgentKeys.LAN_UNLIMITED);
                  s.maxUpBytesPerSecond = set.get(AgentKeys.MAX_UP);
                  s.maxDownBytesPerSecond = set.get(AgentKeys.MAX_DOWN);
                  s.peerExchange = set.get(AgentKeys.PEER_EXCHANGE);
                  s.localDiscovery = set.get(AgentKeys.LOCAL_DISCOVERY);
                  s.dht = dht(set, Optional.of(stateFolder.resolve(DHT_STATE)));
                  s.webSeeds = set.get(AgentKeys.WEB_SEEDS);
                  s.webRequests = set.get(AgentKeys.WEB_REQUESTS);
                  s.encryption = set.get(AgentKeys.ENCRYPTION);
                  s.maxActiveDownloads = set.get(AgentKeys.ACTIVE_DOWNLOADS);
                  s.maxActiveSeeds = set.get(AgentKeys.ACTIVE_SEEDS);
                });
    try {
      Optional<AddressRanges> lan = set.get(AgentKeys.LAN).map(AddressRanges::parse);
      Optional<InetAddress> bind = set.get(AgentKeys.BIND).map(InetAddress::ofLiteral);
      return settings.with(
          s -> {
            lan.ifPresent(ranges -> s.localNetwork = ranges);
            bind.ifPresent(address -> s.bind = address);
          });
    } catch (IllegalArgumentException e) {
      throw new BadSettingException(
          "%s or %s cannot be used: %s"
              .formatted(AgentKeys.BIND.name(), AgentKeys.LAN.name(), e.getMessage()));
    }
  }

  /**
   * How to be in the DHT.
   *
   * @param stateFile where it is kept whom we know
   */
  public static Optional<DhtSettings> dht(Settings set, Optional<Path> stateFile) {
    if (!set.get(AgentKeys.DHT)) {
      return Optional.empty();
    }
    List<String> nodes = new ArrayList<>(set.get(AgentKeys.DHT_NODES));
    if (set.get(AgentKeys.DHT_PUBLIC)) {
      nodes.addAll(DhtSettings.PUBLIC_NODES);
    }
    return Optional.of(new DhtSettings(nodes, set.get(AgentKeys.DHT_READ_ONLY), stateFile));
  }

  /**
   * Begins to listen; without the DHT where only its UDP port cannot be had, which is said.
   *
   * @param port empty for the first free usual one, or any
   * @param say is told a line for people
   * @throws BindException naming the address and the port that was asked for and is taken
   */
  public static Session open(SessionSettings settings, Optional<Integer> port, Consumer<String> say)
      throws IOException {
    if (port.isPresent()) {
      return openAnyway(settings.with(s -> s.port = port.get()), say);
    }
    for (int usual = FIRST_PORT; usual <= LAST_PORT; usual++) {
      try {
        int next = usual;
        return Session.open(settings.with(s -> s.port = next));
      } catch (BindException e) {
        // Nobody asked for this one: the next will do.
      }
    }
    return openAnyway(settings.with(s -> s.port = 0), say);
  }

  private static Session openAnyway(SessionSettings settings, Consumer<String> say)
      throws IOException {
    try {
      return Session.open(settings);
    } catch (BindException e) {
      if (settings.dht().isEmpty()) {
        throw e;
      }
      Session without = Session.open(settings.with(s -> s.dht = Optional.empty())); // or TCP's is
      say.accept(e.getMessage() + "; goes on without the DHT");
      return without;
    }
  }
}
