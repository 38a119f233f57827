package dev.skep.tracker.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.address.Cidr;
import dev.skep.tracker.announce.PathPrefix;
import dev.skep.tracker.announce.Proxies;
import dev.skep.tracker.http.admission.AnswerLimits;
import dev.skep.tracker.http.admission.ConnectionLimits;
import dev.skep.tracker.http.admission.HttpSettings;
import dev.skep.tracker.http.admission.TlsFront;
import dev.skep.tracker.http.admission.TurnLimits;
import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Load balancers say in front of each connection whose it is. */
class ProxyProtocolTest {
  private static final String ANNOUNCE =
      Front.request(
          "/announce?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=-SK0100-abcdefghijkl&left=1&port=7");
  private static final String LAST = "Connection: close\r\n\r\n";
  private static final String BALANCER = "127.0.0.2";
  private static final String OF_ALL = "PROXY TCP4 203.0.113.9 192.0.2.1 4711 6969\r\n";
  private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
  private static final String ADDRESSES =
      "\u00cb\0q\u0009" + "\u00c0\0\u0002\u0001" + "\u0012g" + "\u001b9";
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
  private static final int MOST = 50;

  @TempDir private Path folder;
  private Front front = front(Optional.empty());

  private static Front front(Optional<TlsFront> tls) {
    var settings =
        new HttpSettings(
            List.of(),
            Proxies.Header.X_FORWARDED_FOR,
            List.of(Cidr.parse(BALANCER + "/32")),
            List.of(),
            PathPrefix.NONE,
            74,
            false,
            Duration.ofHours(1),
            new ConnectionLimits(MOST, 2, 1, List.of(), 50, PATIENCE, 8 << 10),
            AnswerLimits.DEFAULT,
            TurnLimits.DEFAULT);
    return new Front(settings, tls, _ -> {});
  }

  @AfterEach
  void stop() {
    front.close();
  }

  private static String externalAddress(String answer) {
    int at = answer.indexOf("11:external ip") + "11:external ip".length();
    int colon = answer.indexOf(':', at);
    byte[] address =
        answer
            .substring(colon + 1, colon + 1 + Integer.parseInt(answer.substring(at, colon)))
            .getBytes(ISO_8859_1);
    try {
      return InetAddress.getByAddress(address).getHostAddress();
    } catch (IOException e) {
      throw new AssertionError(answer, e);
    }
  }

  private String announcedAs(String header) throws IOException {
    try (Socket socket = front.connectFrom(BALANCER)) {
      return externalAddress(Front.ask(socket, header + ANNOUNCE + LAST).body());
    }
  }

  @Test
  void whoIsBehindOneIsWhoAnnounces() throws IOException {
    assertThat(announcedAs(OF_ALL)).isEqualTo("203.0.113.9");
    assertThat(announcedAs("PROXY TCP6 2001:db8::9 2001:db8::1 4711 6969\r\n"))
        .isEqualTo("2001:db8:0:0:0:0:0:9");
    assertThat(announcedAs(SIGNATURE + "!\u0011\0\u000c" + ADDRESSES)).isEqualTo("203.0.113.9");
    assertThat(announcedAs(SIGNATURE + "!\u0011\0\u000f" + ADDRESSES + "\u0004\0\0"))
        .as("something stands behind the addresses")
        .isEqualTo("203.0.113.9");
    assertThat(announcedAs(SIGNATURE + "!!\0$" + " ".repeat(32) + "abcd"))
        .isEqualTo("2020:2020:2020:2020:2020:2020:2020:2020");
  }

  @Test
  void itsOwnConnectionsAndThoseOfNoFamilyAreItsOwn() throws IOException {
    for (String header :
        List.of(
            "PROXY UNKNOWN\r\n",
            "PROXY UNKNOWN 1 2 3 4\r\n",
            SIGNATURE + " \0\0\0",
            SIGNATURE + "!1\0\u0003abc")) {
      assertThat(announcedAs(header)).isEqualTo(BALANCER);
    }
  }

  @Test
  void aHeaderMayComeInPieces() throws IOException {
    try (Socket socket = front.connectFrom(BALANCER)) {
      socket.setTcpNoDelay(true);
      for (byte b : OF_ALL.getBytes(ISO_8859_1)) {
        socket.getOutputStream().write(b);
      }
      assertThat(externalAddress(Front.ask(socket, ANNOUNCE + LAST).body()))
          .isEqualTo("203.0.113.9");
    }
  }

  @Test
  void limitsOfAnAddressHoldForWhoIsBehindIt() throws IOException {
    try (Socket first = silentBehind();
        Socket second = silentBehind();
        Socket third = silentBehind()) {
      assertThat(Front.read(third.getInputStream()).status()).isEqualTo(503);
      assertThat(announcedAs("PROXY TCP4 203.0.113.8 192.0.2.1 4711 6969\r\n"))
          .isEqualTo("203.0.113.8");
      assertThat(first.isClosed() || second.isClosed()).isFalse();
    }
  }

  private Socket silentBehind() throws IOException {
    Socket socket = front.connectFrom(BALANCER);
    socket.getOutputStream().write(OF_ALL.getBytes(ISO_8859_1));
    long connections = front.counters().httpConnections().get();
    await()
        .until(
            () ->
                front.counters().httpConnections().get() > connections
                    || front.counters().httpCrowdedOut().sum() > 0);
    return socket;
  }

  @Test
  void fromElsewhereNobodyIsBelieved() throws IOException {
    try (Socket socket = front.connectFrom("127.0.0.3")) {
      socket.getOutputStream().write((OF_ALL + ANNOUNCE + LAST).getBytes(ISO_8859_1));
      assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
          .startsWith("HTTP/1.1 400");
    }
    try (Socket socket = front.connectFrom("127.0.0.3")) {
      assertThat(externalAddress(Front.ask(socket, ANNOUNCE + LAST).body())).isEqualTo("127.0.0.3");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: t\r\n\r\n",
        "PROXY TCP4 999.0.0.1 192.0.2.1 4711 6969\r\n",
        "PROXY TCP4 203.0.113.9 192.0.2.1 99999 6969\r\n",
        "PROXY TCP4 example.org 192.0.2.1 4711 6969\r\n",
        "PROXY TCP6 203.0.113.9x 192.0.2.1 4711 6969\r\n",
        "PROXY TCP4 203.0.113.9\r\n",
        "PROXY\n",
        "P",
        SIGNATURE + "1\u0011\0\u000c" + ADDRESSES,
        SIGNATURE + "!\u0011\0\u0004abcd",
        SIGNATURE + "!\u0011\u00ff\u00ff",
      })
  void whatIsNoHeaderEndsTheConnection(String bytes) throws IOException {
    assertIsClosed(bytes);
    assertIsClosed(bytes + "x".repeat(200));
  }

  private void assertIsClosed(String bytes) throws IOException {
    try (Socket socket = front.connectFrom(BALANCER)) {
      socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (SocketException _) {
      // reset, since there was more to read
    }
  }

  @Test
  void anyBytesEndNothingButTheirConnection() throws IOException {
    var chance = new SplittableRandom(20);
    for (int i = 0; i < 200; i++) {
      byte[] bytes = new byte[1 + chance.nextInt(120)];
      chance.nextBytes(bytes);
      String begun = i % 2 == 0 ? "PROXY TCP4 " : SIGNATURE + "!";
      try (Socket socket = front.connectFrom(BALANCER)) {
        socket.getOutputStream().write(begun.getBytes(ISO_8859_1));
        socket.getOutputStream().write(bytes);
        socket.shutdownOutput();
        socket.getInputStream().readAllBytes();
      } catch (SocketException _) {
        // reset, since there was more to read
      }
    }
    assertThat(announcedAs(OF_ALL)).isEqualTo("203.0.113.9");
    await().until(() -> front.counters().httpConnections().get() == 0);
  }

  @Test
  void oneThatSaysNothingIsEndedInTime() throws IOException {
    try (Socket socket = front.connectFrom(BALANCER)) {
      long began = System.nanoTime();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isBetween(PATIENCE, TEN_SECONDS);
    }
  }

  @Test
  void thoseThatSayNothingAreNoMoreThanThereMayBeInAll() throws IOException {
    var silent = new ArrayList<Socket>();
    try {
      for (int i = 0; i < MOST; i++) {
        silent.add(front.connectFrom(BALANCER));
      }
      await().until(() -> front.counters().httpConnections().get() == MOST);
      try (Socket tooMany = front.connectFrom(BALANCER)) {
        assertThat(Front.read(tooMany.getInputStream()).status()).isEqualTo(503);
      }
      await().until(() -> front.counters().httpConnections().get() == 0);
      assertThat(announcedAs(OF_ALL)).isEqualTo("203.0.113.9");
    } finally {
      for (Socket socket : silent) {
        socket.close();
      }
    }
  }

  @Test
  void tlsIsSpokenBehindTheHeader() throws Exception {
    front.close();
    Path store = folder.resolve("keys.p12");
    SelfSignedKeys.write(store);
    Keys keys =
        Keys.builder()
            .keystore(k -> k.keystore(Resource.create(store)).passphrase("changeit").type("PKCS12"))
            .build();
    Tls tls = Tls.builder().privateKey(keys).privateKeyCertChain(keys).build();
    front = front(Optional.of(new TlsFront(() -> tls)));
    try (Socket plain = front.connectFrom(BALANCER)) {
      plain.getOutputStream().write(OF_ALL.getBytes(ISO_8859_1));
      SSLSocket socket =
          (SSLSocket)
              Tls.builder()
                  .trustAll(true)
                  .build()
                  .sslContext()
                  .getSocketFactory()
                  .createSocket(plain, "localhost", 0, true);
      assertThat(externalAddress(Front.ask(socket, ANNOUNCE + LAST).body()))
          .isEqualTo("203.0.113.9");
    }
  }
}
