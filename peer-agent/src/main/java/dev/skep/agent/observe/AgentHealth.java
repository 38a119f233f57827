package dev.skep.agent.observe;

import dev.skep.agent.service.Agent;
import dev.skep.agent.service.AgentTorrent;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@code /health} says, as the tracker's. Live: the service goes on with its work. Ready: what
 * it is asked for can be kept. Started: what it was left with has begun.
 */
public final class AgentHealth {
  /** Less than this much room, and a record may not find any. */
  private static final long ROOM_BYTES = 16 << 20;

  /** Which checks. */
  public enum Kind {
    ALL,
    LIVE,
    READY,
    STARTED
  }

  /** One of them, with what a person may want to know. */
  public record Check(String name, boolean up, Map<String, String> data) {}

  private final Agent agent;
  private volatile boolean started;

  public AgentHealth(Agent agent) {
    this.agent = agent;
  }

  /** What was looked at. */
  public record Health(List<Check> checks) {
    public Health {
      checks = List.copyOf(checks);
    }

    /** Whether all is well. */
    public boolean up() {
      return checks.stream().allMatch(Check::up);
    }
  }

  /** Looks now. */
  public Health look(Kind kind) {
    List<Check> checks = new ArrayList<>();
    if (kind == Kind.ALL || kind == Kind.LIVE) {
      checks.add(new Check("heartbeat", agent.lives(), Map.of()));
    }
    if (kind == Kind.ALL || kind == Kind.READY) {
      checks.add(data());
    }
    if (kind == Kind.ALL || kind == Kind.STARTED) {
      long beginning = started ? 0 : agent.torrents().stream().filter(this::begins).count();
      started = beginning == 0; // and stays so: a torrent that is moved or read again is no start
      checks.add(new Check("torrents", started, Map.of("beginning", String.valueOf(beginning))));
    }
    return new Health(checks);
  }

  /** To go on with a move that was cut off may take hours. */
  private boolean begins(AgentTorrent torrent) {
    return !torrent.hasBegun() && torrent.record().movingTo().isEmpty();
  }

  private Check data() {
    Map<String, String> data = new TreeMap<>();
    boolean up;
    try {
      long free = Files.getFileStore(agent.library().folder()).getUsableSpace();
      up = free > ROOM_BYTES && Files.isWritable(agent.library().folder());
      data.put("freeBytes", String.valueOf(free));
    } catch (IOException e) {
      up = false;
      data.put("problem", String.valueOf(e.getMessage()));
    }
    return new Check("data", up, data);
  }
}
