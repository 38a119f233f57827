package dev.skep.tracker.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.tracker.announce.Access;
import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.announce.AnnounceSettings;
import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmLimits;
import dev.skep.tracker.swarm.SwarmStore;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The UDP front end through real sockets, over both families and both transports. */
@ParameterizedClass
@EnumSource
class UdpServerTest {
  private static final long MAGIC = 0x41727101980L;
  private static final String IPV4 = "127.0.0.1";
  private static final String IPV6 = "::1";

  private final TrackerCounters counters = new TrackerCounters();
  private final SwarmStore swarms =
      new SwarmStore(SwarmLimits.DEFAULT, new PeerPreference.Uniform(), new SplittableRandom(1), 0);
  private final UdpServer.Transport transport;
  private UdpServer server;
  private DatagramSocket client = new DatagramSocket();
  private int answerMillis = 10_000;

  UdpServerTest(UdpServer.Transport transport) throws IOException {
    this.transport = transport;
    this.server = start(Access.OPEN);
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {IPV4, IPV6})
  void aPeerIsToldOfTheOthersOfItsFamily(String tracker) throws IOException {
    long id = connect(tracker);
    ask(tracker, announce(id, 7001, 0, 2).array());

    ByteBuffer answer = ask(tracker, announce(id, 7002, 5, 2).array());

    assertThat(answer.getInt(0)).isEqualTo(1);
    assertThat(answer.getInt(4)).isEqualTo(77);
    assertThat(answer.getInt(12)).as("leechers").isEqualTo(1);
    assertThat(answer.getInt(16)).as("seeders").isEqualTo(1);
    byte[] address = InetAddress.ofLiteral(tracker).getAddress();
    assertThat(answer.limit()).isEqualTo(20 + address.length + 2);
    byte[] peer = new byte[address.length];
    answer.get(20, peer);
    assertThat(peer).isEqualTo(address);
    assertThat(answer.getShort(20 + address.length)).isEqualTo((short) 7001);
  }

  @Test
  void stoppedPeersAreGoneAndScrapeCounts() throws IOException {
    long id = connect(IPV4);
    ask(IPV4, announce(id, 7001, 0, 1).array());
    ask(IPV4, announce(id, 7002, 5, 2).array());
    ask(IPV4, announce(id, 7003, 5, 2).array());
    ask(IPV4, announce(id, 7003, 5, 3).array());

    ByteBuffer scrape = ByteBuffer.allocate(16 + 2 * 20);
    scrape.putLong(0, id).putInt(8, 2).putInt(12, 99);
    scrape.put(16, announce(id, 1, 0, 0).array(), 16, 20);
    ByteBuffer answer = ask(IPV4, scrape.array());

    assertThat(answer.limit()).isEqualTo(8 + 2 * 12);
    assertThat(answer.getInt(8)).as("seeders").isEqualTo(1);
    assertThat(answer.getInt(12)).as("completed").isEqualTo(1);
    assertThat(answer.getInt(16)).as("leechers").isEqualTo(1);
    assertThat(answer.getInt(20)).as("seeders of an unknown torrent").isZero();
  }

  @Test
  void whoStopsMayHavePortZeroAndNobodyElse() throws IOException {
    long id = connect(IPV4);
    assertThat(ask(IPV4, announce(id, 0, 5, 3).array()).getInt(0)).as("stopped").isEqualTo(1);
    assertThat(ask(IPV4, announce(id, 0, 5, 2).array()).getInt(0)).as("started").isEqualTo(3);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 74, 75, 99})
  void aScrapeCountsUpTo74Torrents(int torrents) throws IOException {
    long id = connect(IPV4);
    byte[] scrape = ByteBuffer.allocate(16 + 20 * torrents).putLong(0, id).putInt(8, 2).array();

    assertThat(ask(IPV4, scrape).limit()).isEqualTo(8 + 12 * Math.min(torrents, 74));
  }

  @ParameterizedTest
  @ValueSource(strings = {IPV4, IPV6})
  void whoseConnectionIdIsNotOursGetsNothing(String tracker) throws IOException {
    long id = connect(tracker);
    for (long forged : new long[] {0, id + 2, ~id, MAGIC, Long.MIN_VALUE}) {
      send(tracker, announce(forged, 7001, 0, 2).array());
    }
    assertSilent(tracker);
    assertThat(swarms.tallies().peers().get()).isZero();
    assertThat(counters.udpIgnored().sum()).isEqualTo(5);
  }

  @Test
  void anIdIsGoodForItsAddressOnly() throws IOException {
    long id = connect(IPV4);
    client.close();
    client = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.2"));

    send(IPV4, announce(id, 7001, 0, 2).array());

    assertSilent(IPV4);
  }

  @Test
  void everyTruncatedLengthIsAnsweredRightOrNotAtAll() throws IOException {
    long id = connect(IPV4);
    for (int length = 0; length <= 200; length++) {
      byte[] request = new byte[length];
      byte[] whole = announce(id, 7001, 5, 2).array();
      System.arraycopy(whole, 0, request, 0, Math.min(length, whole.length));
      send(IPV4, request);
      if (length < 16) {
        continue; // no header: no answer, as the next one's transaction id shows
      }
      ByteBuffer answer = receive();
      assertThat(answer.getInt(4)).as("transaction of length " + length).isEqualTo(77);
      assertThat(answer.getInt(0)).as("action of length " + length).isEqualTo(length < 98 ? 3 : 1);
    }
    assertThat(counters.udpIgnored().sum()).isEqualTo(16);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, -1, Integer.MAX_VALUE})
  void anUnknownActionIsAnError(int action) throws IOException {
    byte[] request = announce(connect(IPV4), 7001, 5, 2).putInt(8, action).array();

    assertThat(error(ask(IPV4, request))).isEqualTo("unknown action");
  }

  @Test
  void portZeroIsAnErrorAndSoIsAnEmptyScrape() throws IOException {
    long id = connect(IPV4);

    assertThat(error(ask(IPV4, announce(id, 0, 5, 2).array()))).contains("port");
    byte[] scrape = ByteBuffer.allocate(16).putLong(0, id).putInt(8, 2).putInt(12, 1).array();
    assertThat(error(ask(IPV4, scrape))).contains("scrape");
  }

  @Test
  void randomBytesLeaveItAnsweringAndEmpty() throws IOException {
    SplittableRandom random = new SplittableRandom(42);
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = new byte[random.nextInt(200)];
      random.nextBytes(noise);
      send(IPV4, noise);
    }
    answerMillis = 500; // in all the noise a datagram may be lost
    await().ignoreException(SocketTimeoutException.class).until(() -> connect(IPV4) != 0);
    assertThat(swarms.tallies().peers().get()).isZero();
  }

  @Test
  void urlDataCarriesThePasskey() throws IOException {
    restart(
        (infoHash, passkey, from) ->
            passkey.equals("friend")
                ? Access.Verdict.ALLOWED
                : new Access.Verdict.Refused("no passkey", Optional.empty()));
    long id = connect(IPV4);
    byte[] plain = announce(id, 7001, 5, 2).array();
    assertThat(error(ask(IPV4, plain))).isEqualTo("no passkey");

    // In two pieces, with padding between and an option that nobody knows in front.
    byte[] options =
        "\u0007\u0002??\u0001\u0002\u0004/fri\u0001\u0002\u000cend/announce\0junk"
            .getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer request = ByteBuffer.allocate(plain.length + options.length);
    request.put(plain).put(options);
    assertThat(ask(IPV4, request.array()).getInt(0)).isEqualTo(1);
  }

  @Test
  void whereAPasskeyIsNeededAScrapeCountsNobodySinceItCannotCarryOne() throws IOException {
    long id = connect(IPV4);
    byte[] announce = announce(id, 7001, 0, 1).array();
    ask(IPV4, announce);
    byte[] scrape =
        ByteBuffer.allocate(16 + 20).putLong(0, id).putInt(8, 2).put(16, announce, 16, 20).array();
    assertThat(ask(IPV4, scrape).getInt(8)).as("seeders where everybody may ask").isOne();

    restart(
        (infoHash, passkey, from) ->
            passkey.equals("friend")
                ? Access.Verdict.ALLOWED
                : new Access.Verdict.Refused("no passkey", Optional.empty()));
    ByteBuffer.wrap(scrape).putLong(0, connect(IPV4));
    ByteBuffer answer = ask(IPV4, scrape);

    assertThat(answer.limit()).isEqualTo(8 + 12);
    assertThat(answer.getInt(0)).isEqualTo(2);
    assertThat(answer.getInt(8)).as("seeders").isZero();
    assertThat(answer.getInt(12)).as("completed").isZero();
    assertThat(answer.getInt(16)).as("leechers").isZero();
  }

  @Test
  void aTakenPortIsNamed() {
    assertThat(
            org.assertj.core.api.Assertions.catchThrowable(
                () ->
                    UdpServer.start(
                        InetAddress.ofLiteral(IPV4),
                        client.getLocalPort(),
                        1,
                        transport,
                        service(Access.OPEN))))
        .isInstanceOf(java.net.BindException.class)
        .hasMessageContaining("port " + client.getLocalPort());
  }

  // ---- the server and a client

  private UdpServer start(Access access) throws IOException {
    return UdpServer.start(InetAddress.ofLiteral("::"), 0, 2, transport, service(access));
  }

  private AnnounceService service(Access access) {
    return new AnnounceService(swarms, access, AnnounceSettings.DEFAULT, counters, 0);
  }

  private void restart(Access access) throws IOException {
    server.close();
    server = start(access);
  }

  private long connect(String tracker) throws IOException {
    assumeTrue(
        NetworkInterface.getByInetAddress(InetAddress.ofLiteral(tracker)) != null,
        "this machine has no " + tracker);
    byte[] request = ByteBuffer.allocate(16).putLong(0, MAGIC).putInt(12, 5).array();
    ByteBuffer answer = ask(tracker, request);
    assertThat(answer.limit()).isEqualTo(16);
    assertThat(answer.getInt(0)).isZero();
    assertThat(answer.getInt(4)).isEqualTo(5);
    return answer.getLong(8);
  }

  private static ByteBuffer announce(long id, int port, long left, int event) {
    return ByteBuffer.allocate(98)
        .putLong(0, id)
        .putInt(8, 1)
        .putInt(12, 77)
        .putLong(16, 0x1234)
        .putLong(36, 0x2d534b303130302dL)
        .putInt(52, port)
        .putLong(64, left)
        .putInt(80, event)
        .putInt(92, -1)
        .putShort(96, (short) port);
  }

  private static String error(ByteBuffer answer) {
    assertThat(answer.getInt(0)).isEqualTo(3);
    return StandardCharsets.UTF_8.decode(answer.position(8)).toString();
  }

  private ByteBuffer ask(String tracker, byte[] request) throws IOException {
    send(tracker, request);
    return receive();
  }

  private void send(String tracker, byte[] request) throws IOException {
    InetAddress address = InetAddress.ofLiteral(tracker);
    client.send(new DatagramPacket(request, request.length, address, server.address().getPort()));
  }

  private ByteBuffer receive() throws IOException {
    client.setSoTimeout(answerMillis);
    DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
    client.receive(packet);
    return ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
  }

  /** Nothing comes before the answer to a request that is sent now: one thread answers us. */
  private void assertSilent(String tracker) throws IOException {
    ByteBuffer request = ByteBuffer.allocate(16).putLong(0, MAGIC).putInt(12, 4242);
    assertThat(ask(tracker, request.array()).getInt(4)).isEqualTo(4242);
  }
}
