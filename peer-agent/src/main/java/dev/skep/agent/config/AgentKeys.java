package dev.skep.agent.config;

import dev.skep.service.settings.Form;
import dev.skep.service.settings.Key;
import dev.skep.service.settings.KeyList;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Every key that the agent knows: what holds for {@code seed} and {@code get} without a flag. */
public final class AgentKeys {
  private AgentKeys() {}

  public static final Key<Optional<Integer>> PORT =
      new Key<>(
          "skep.agent.port",
          "",
          Form.orNothing(Form.port()),
          "TCP port to listen on. With none the first free one from 6881 to 6889, or any.");
  public static final Key<Optional<String>> BIND =
      new Key<>(
          "skep.agent.bind",
          "",
          Form.orNothing(Form.text("text")),
          "Address of this machine to listen on and to connect from. With none every address.");
  public static final Key<Long> MAX_UP =
      new Key<>(
          "skep.agent.max.up", "0", Form.rate(), "Most that all torrents together send a second.");
  public static final Key<Long> MAX_DOWN =
      new Key<>(
          "skep.agent.max.down",
          "0",
          Form.rate(),
          "Most that all torrents together receive a second.");
  public static final Key<Optional<String>> LAN =
      new Key<>(
          "skep.agent.lan",
          "",
          Form.orNothing(Form.text("text")),
          "What counts as the local network, such as 10.0.0.0/8,fd00::/8: its peers are served"
              + " before all others. With none the private address ranges.");
  public static final Key<Boolean> LAN_UNLIMITED =
      new Key<>(
          "skep.agent.lan.unlimited",
          "false",
          Form.yesOrNo(),
          "Whether peers of the local network may take more than the two rates above.");

  public static final Key<Boolean> PEER_EXCHANGE =
      new Key<>(
          "skep.agent.pex",
          "true",
          Form.yesOrNo(),
          "Whether peers may tell one another of peers (BEP 11). Never for private torrents.");
  public static final Key<Boolean> LOCAL_DISCOVERY =
      new Key<>(
          "skep.agent.lsd",
          "true",
          Form.yesOrNo(),
          "Whether peers on the local network are found by multicast (BEP 14). Never for private"
              + " torrents.");

  public static final Key<Boolean> PREALLOCATE =
      new Key<>(
          "skep.agent.preallocate",
          "false",
          Form.yesOrNo(),
          "Whether files are filled with zeros before a download starts, instead of sparse ones.");
  public static final Key<Boolean> PART_NAMES =
      new Key<>(
          "skep.agent.part.names",
          "false",
          Form.yesOrNo(),
          "Whether a file is called NAME.part until all of it is verified.");
  public static final Key<Duration> GIVE_UP =
      new Key<>(
          "skep.agent.give.up",
          "15s",
          Form.duration(Duration.ofSeconds(1), Duration.ofDays(30)),
          "How long a get goes on without a tracker that answers or a peer, or with a disk that is"
              + " full or cannot be written, before it fails.");

  /** All of them, under their headings. */
  public static final KeyList ALL =
      new KeyList(
          "skep.agent.",
          List.of(
              new KeyList.Group(
                  "Connections", List.of(PORT, BIND, MAX_UP, MAX_DOWN, LAN, LAN_UNLIMITED)),
              new KeyList.Group("Finding peers", List.of(PEER_EXCHANGE, LOCAL_DISCOVERY)),
              new KeyList.Group("Downloads", List.of(PREALLOCATE, PART_NAMES, GIVE_UP))),
          KeyList.Others.NONE);
}
