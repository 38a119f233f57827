package dev.skep.agent.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.agent.dht.live.DhtSettings;
import dev.skep.agent.session.Session;
import dev.skep.agent.session.SessionSettings;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SessionOpeningTest {
  private static final long PID = ProcessHandle.current().pid();

  /** Nobody else's: others may test at the same time. */
  private static final InetAddress HERE =
      InetAddress.ofLiteral("127.77.%d.%d".formatted(PID >> 8 & 0xff, PID & 0xff));

  private static final SessionSettings SETTINGS =
      SessionSettings.defaults()
          .with(
              s -> {
                s.bind = HERE;
                s.dht = Optional.of(DhtSettings.USUAL);
              });

  private final List<String> said = new ArrayList<>();

  @Test
  void whereOnlyTheUdpPortIsTakenItGoesOnWithoutTheDhtAndSaysSo() throws Exception {
    try (DatagramSocket other = new DatagramSocket(new InetSocketAddress(HERE, 0));
        Session session =
            SessionOpening.open(SETTINGS, Optional.of(other.getLocalPort()), said::add)) {
      assertThat(session.listening().port()).isEqualTo(other.getLocalPort());
      assertThat(session.dht()).isEmpty();
      assertThat(said)
          .singleElement()
          .asString()
          .contains("UDP port " + other.getLocalPort(), "without the DHT");
    }
  }

  @Test
  void aTakenTcpPortThatWasAskedForIsAFailure() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, HERE)) {
      Optional<Integer> port = Optional.of(other.getLocalPort());

      assertThatThrownBy(() -> SessionOpening.open(SETTINGS, port, said::add))
          .isInstanceOf(BindException.class)
          .hasMessageContaining("port " + port.get())
          .hasMessageNotContaining("UDP");
      assertThat(said).isEmpty();
    }
  }

  @Test
  void ofTheUsualPortsTheFirstIsTakenThatIsFreeForBoth() throws Exception {
    try (ServerSocket tcp = new ServerSocket(6881, 1, HERE);
        DatagramSocket udp = new DatagramSocket(new InetSocketAddress(HERE, 6882));
        Session session = SessionOpening.open(SETTINGS, Optional.empty(), said::add)) {
      assertThat(session.listening().port()).as("not %s, %s", tcp, udp).isEqualTo(6883);
      assertThat(session.dht()).isPresent();
      assertThat(said).isEmpty();
    }
  }
}
