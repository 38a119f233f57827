package dev.skep.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.config.LabelLimit;
import dev.skep.agent.control.Control;
import dev.skep.agent.service.Seeded;
import dev.skep.agent.service.TestAgent;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.peerwire.Handshake;
import dev.skep.protocol.peerwire.Reserved;
import dev.skep.service.settings.Settings;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands that change an agent while it runs; the others are typed in a test of processes. */
@Timeout(60)
class AgentCommandsTest {
  @TempDir private Path temp;
  @AutoClose private TestAgent test;
  @AutoClose private Control control;
  private Console console;

  @BeforeEach
  void open() throws Exception {
    test = TestAgent.open(temp.resolve("data"));
    Settings set =
        Settings.read(
            AgentKeys.ALL,
            name -> Optional.of("0").filter(_ -> name.equals(AgentKeys.RPC_PORT.name())));
    control = Control.open(test.agent(), Control.Access.of(set), "Skep test", () -> {});
    String at = "127.0.0.1:" + control.address().getPort();
    console = new Console(InputStream.nullInputStream(), Map.of("SKEP_AGENT", at));
  }

  private void does(Object... words) {
    assertThat(console.run(words)).as(console.err()).isZero();
  }

  private String refuses(Object... words) {
    assertThat(console.run(words)).isEqualTo(2);
    return console.err();
  }

  @Test
  void aLabelsLimitIsSetChangedAndTakenAway() {
    does("agent", "limit", "--label", "images", "--down", "3MB/s");
    does("agent", "limit", "--label", "other", "--up", "10KiB/s");
    assertThat(test.agent().settings().get(AgentKeys.LABEL_LIMITS))
        .containsExactly(
            new LabelLimit("images", 3_000_000, 0), new LabelLimit("other", 0, 10 << 10));
    does("agent", "limit", "--label", "images", "--up", "1MB/s");
    assertThat(test.agent().settings().get(AgentKeys.LABEL_LIMITS))
        .contains(new LabelLimit("images", 3_000_000, 1_000_000));
    does("agent", "limit", "--label", "images", "--down", "none", "--up", "none");
    assertThat(test.agent().settings().get(AgentKeys.LABEL_LIMITS))
        .containsExactly(new LabelLimit("other", 0, 10 << 10));
    assertThat(refuses("agent", "limit", "1", "--label", "images", "--up", "1MB/s"))
        .contains("give a torrent or --label, not both");
    assertThat(refuses("agent", "limit", "--label", "images")).contains("give --down, --up");
    assertThat(refuses("agent", "limit", "--label", "images", "--up", "fast")).contains("fast");
  }

  @Test
  void aHostileNameIsHarmlessInATerminal() throws Exception {
    Path torrent = temp.resolve("x.torrent");
    Files.write(torrent, Seeded.file("a\u001b[2Jb\u202egpj\u0007.img", 20_000).torrent());
    Object[][] commands = {
      {"add", torrent},
      {"add", torrent},
      {"list"},
      {"show", 1},
      {"files", 1},
      {"doctor"},
      {"doctor", 1},
      {"peers", 1},
      {"pause", 1},
      {"verify", 1},
      {"list", "--json"},
      {"show", 1, "--json"},
      {"files", 1, "--json"},
      {"doctor", "--json"},
      {"remove", 1}
    };
    for (Object[] command : commands) {
      Object[] words = Stream.concat(Stream.of("agent"), Stream.of(command)).toArray();
      does(words);
      assertThat(console.out() + console.err())
          .as(Arrays.toString(words))
          .matches("[^\\p{Cntrl}\\p{Cf}]*(\n[^\\p{Cntrl}\\p{Cf}]*)*");
    }
    assertThat(console.run("agent", "show", "a\u001b[2J")).isPositive();
    assertThat(console.err()).doesNotContain("\u001b");
  }

  @Test
  void theWholeAgentPausesAndGoesOn() {
    does("agent", "pause", "--everything");
    assertThat(test.agent().settings().get(AgentKeys.PAUSED)).isTrue();
    does("agent", "resume", "--everything");
    assertThat(test.agent().settings().get(AgentKeys.PAUSED)).isFalse();
    assertThat(refuses("agent", "pause", "--everything", "--all"))
        .contains("for no single torrents");
  }

  @Test
  void howAPeerWasFoundIsListed() throws Exception {
    InfoHash hash = new InfoHash(1, 2, 3);
    does("agent", "add", "magnet:?xt=urn:btih:" + hash.hex());
    Endpoint agent = test.agent().session().listening();
    try (Socket peer = new Socket(agent.address(), agent.port())) {
      ByteBuffer out = ByteBuffer.allocate(Handshake.BYTES);
      new Handshake(Reserved.NONE.withExtended(), hash, new PeerId(4, 5, 6)).encode(out);
      peer.getOutputStream().write(out.array());

      await()
          .untilAsserted(
              () -> {
                does("agent", "peers", "1");
                assertThat(console.out()).containsPattern("found by\n.*incoming");
              });
    }
  }

  @Test
  void whatIsLoggedChangesWhileItRuns() {
    for (String level : new String[] {"debug", "warning", "error", "info"}) {
      does("agent", "log", level);
      assertThat(
              test.agent().settings().get(AgentKeys.LOG_LEVEL).toString().toLowerCase(Locale.ROOT))
          .isEqualTo(level);
    }
    assertThat(refuses("agent", "log", "loud")).contains("'loud' is none of debug, info");
  }
}
