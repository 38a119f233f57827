package dev.skep.agent.follow;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.skep.agent.catalogue.TrackerAddress;
import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.config.Followed;
import dev.skep.agent.library.Library;
import dev.skep.agent.service.Agent;
import dev.skep.protocol.tracker.HostIdentity;
import dev.skep.service.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who this host is to trackers that it is configured with. Its secret is drawn at the first start
 * and kept in the library.
 */
public final class Introduction {
  private static final String NOTE = "host.id";
  private static final int ID_BYTES = 16;
  private static final int LONGEST_NAME = 64;

  /** Here Linux says it without asking the network. */
  private static final Path NAME_OF_LINUX = Path.of("/proc/sys/kernel/hostname");

  private final String name;
  private final String id;
  private final Settings set;

  private Introduction(String name, String id, Settings set) {
    this.name = name;
    this.id = id;
    this.set = set;
  }

  /** Of an agent, as it is set now. */
  public static Introduction of(Agent agent) throws IOException {
    Settings set = agent.settings();
    String name = set.get(AgentKeys.NAME).orElseGet(Introduction::nameOfSystem);
    return new Introduction(name, id(agent.library()), set);
  }

  private static String id(Library library) throws IOException {
    Optional<String> kept = library.note(NOTE).map(bytes -> new String(bytes, US_ASCII).strip());
    if (kept.filter(text -> text.matches("[0-9a-f]{32}")).isPresent()) {
      return kept.get();
    }
    byte[] drawn = new byte[ID_BYTES];
    new SecureRandom().nextBytes(drawn);
    String id = HexFormat.of().formatHex(drawn);
    library.keepNote(NOTE, id.getBytes(US_ASCII));
    return id;
  }

  /** In the letters that a host's name may have. */
  private static String nameOfSystem() {
    String fit =
        toldBySystem().strip().replaceAll("[^A-Za-z0-9._-]", "-").replaceAll("^[^A-Za-z0-9]+", "");
    return fit.isEmpty() ? "host" : fit.substring(0, Math.min(LONGEST_NAME, fit.length()));
  }

  private static String toldBySystem() {
    try {
      return Files.exists(NAME_OF_LINUX)
          ? Files.readString(NAME_OF_LINUX)
          : InetAddress.getLocalHost().getHostName();
    } catch (IOException e) {
      return "";
    }
  }

  /** To the tracker with this base URL: with the labels that are followed there, and our own. */
  public HostIdentity to(URI tracker) {
    Stream<String> followed =
        set.get(AgentKeys.FOLLOW).stream()
            .filter(follow -> TrackerAddress.isOf(tracker, follow.tracker()))
            .map(Followed::label);
    List<String> labels =
        Stream.concat(followed, set.get(AgentKeys.LABELS).stream())
            .distinct()
            .limit(HostIdentity.MOST_LABELS)
            .toList();
    return new HostIdentity(name, id, labels);
  }
}
