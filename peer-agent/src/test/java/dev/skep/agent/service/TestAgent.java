package dev.skep.agent.service;

import static org.awaitility.Awaitility.await;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.library.Library;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.session.Session;
import dev.skep.agent.session.SessionSettings;
import dev.skep.agent.session.TransferStatus.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** An agent on the loopback interface, which can be closed and come back. */
public final class TestAgent implements AutoCloseable {
  /** Nobody else's agents are met. */
  private static final Map<String, String> ALONE =
      Map.of(
          AgentKeys.BIND.name(),
          "127.0.0.1",
          AgentKeys.LOCAL_DISCOVERY.name(),
          "false",
          AgentKeys.DHT.name(),
          "false");

  /** Shorter than an agent's own, which is for people. */
  private static final Duration TURN = Duration.ofMillis(100);

  /** A sixteenth of what an agent may take, since dozens of them share a process. */
  private static final long PIECE_MEMORY_BYTES = 4 << 20;

  private final Path data;
  private final Map<String, String> settings;
  private final LongestWait patience;
  private final List<String> told = new CopyOnWriteArrayList<>();
  private volatile Duration ahead = Duration.ZERO;
  private Agent agent;

  private TestAgent(Path data, Map<String, String> settings, LongestWait patience)
      throws Exception {
    this.data = data;
    this.settings = settings;
    this.patience = patience;
    agent = opened();
  }

  public static TestAgent open(Path data) throws Exception {
    return open(data, Map.of());
  }

  /** With some settings that are not at their default. */
  public static TestAgent open(Path data, Map<String, String> settings) throws Exception {
    return new TestAgent(data, settings, LongestWait.OF_CALLERS);
  }

  /** Whose callers wait so long for what was asked before. */
  static TestAgent open(Path data, LongestWait patience) throws Exception {
    return new TestAgent(data, Map.of(), patience);
  }

  private Agent opened() throws Exception {
    Library library = Library.open(data, told::add);
    LiveSettings live =
        LiveSettings.open(
            library,
            name ->
                Optional.ofNullable(settings.get(name))
                    .or(() -> Optional.ofNullable(ALONE.get(name))),
            told::add);
    SessionSettings opened =
        SessionOpening.settings(live.now(), library.folder().resolve("resume"))
            .with(s -> s.pieceMemoryBytes = PIECE_MEMORY_BYTES);
    Session session = SessionOpening.open(opened, Optional.of(0), told::add);
    return Agent.open(
        library, live, session, opened, () -> Instant.now().plus(ahead), TURN, patience);
  }

  public Agent agent() {
    return agent;
  }

  /** Sets its clock so far ahead of this machine's. */
  void setAhead(Duration by) {
    ahead = by;
  }

  /** What was said at the start. */
  public List<String> told() {
    return told;
  }

  public void restart() throws Exception {
    agent.close();
    agent = opened();
  }

  /** Changes what is kept of a torrent while nobody uses it. */
  void changeRecord(Seeded of, Consumer<TorrentRecord.Draft> changes) throws IOException {
    try (Library library = Library.open(data, told::add)) {
      for (Library.Stored stored : library.load()) {
        if (stored.record().infoHash().equals(of.metainfo().infoHash())) {
          library.save(stored.record().with(changes));
        }
      }
    }
  }

  /** Not in the middle of a beginning: a session that closes does not wait for that. */
  @Override
  public void close() throws IOException {
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> agent.torrents().stream().noneMatch(TestAgent::isBeginning));
    agent.close();
  }

  private static boolean isBeginning(AgentTorrent torrent) {
    TorrentSnapshot view = torrent.view();
    State state = view.status().state();
    return !view.record().paused()
        && view.problem().isEmpty()
        && (view.transfer().isEmpty()
            || state == State.CHECKING
            || (state == State.QUEUED && torrent.id() == 1));
  }
}
