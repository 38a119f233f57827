package dev.skep.agent.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.ScrapeEntry;
import dev.skep.protocol.tracker.TrackerProtocolException;
import dev.skep.protocol.tracker.TrackerReply;
import dev.skep.protocol.tracker.UdpCodec;
import dev.skep.protocol.tracker.UdpRequest;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class UdpTrackerTest {
  private static final InfoHash HASH = new InfoHash(1, 2, 3);
  private static final AnnounceRequest REQUEST =
      AnnounceRequest.builder(HASH, new PeerId(4, 5, 6), 6881).left(7).build();

  private static final InetAddress ANY = new InetSocketAddress(0).getAddress();
  private static final InetAddress HERE_4 = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress HERE_6 = InetAddress.ofLiteral("::1");

  private DatagramSocket socket;
  private volatile InetAddress asked = InetAddress.getLoopbackAddress();
  private volatile String urlData = "";

  @BeforeEach
  void openTracker() throws IOException {
    socket = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    Thread.ofVirtual().start(this::serve);
  }

  @AfterEach
  void closeTracker() {
    socket.close();
  }

  private static DatagramSocket listenOverIpv6(int port) throws IOException {
    assumeTrue(NetworkInterface.getByInetAddress(HERE_6) != null, "this machine has no IPv6");
    return new DatagramSocket(new InetSocketAddress(HERE_6, port));
  }

  private String url() {
    return "udp://127.0.0.1:" + socket.getLocalPort() + "/announce?auth=x";
  }

  private static TrackerUrl url(String host, int port) throws TrackerException {
    return TrackerUrl.parse("udp://" + host + ":" + port);
  }

  private static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }

  private void serve() {
    serve(socket);
  }

  private void serve(DatagramSocket socket) {
    boolean six = socket.getLocalAddress() instanceof Inet6Address;
    byte[] bytes = new byte[2048];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        socket.receive(packet);
        asked = packet.getAddress();
        ByteBuffer out = ByteBuffer.allocate(2048);
        answer(UdpCodec.decodeRequest(ByteBuffer.wrap(bytes, 0, packet.getLength())), six, out);
        socket.send(new DatagramPacket(out.array(), out.position(), packet.getSocketAddress()));
      }
    } catch (IOException | TrackerProtocolException e) {
      // the test is over
    }
  }

  private void answer(UdpRequest request, boolean six, ByteBuffer out) {
    switch (request) {
      case UdpRequest.Connect connect ->
          UdpCodec.encodeConnectReply(connect.transactionId(), 99, out);
      case UdpRequest.Announce announce -> {
        urlData = announce.urlData();
        AnnounceResponse response =
            AnnounceResponse.of(
                Duration.ofSeconds(90),
                3,
                4,
                List.of(new Endpoint(InetAddress.ofLiteral(six ? "fd00::1" : "10.0.0.1"), 1234)));
        if (announce.request().leftBytes() == 9) {
          out.putInt(UdpCodec.ACTION_ANNOUNCE).putInt(announce.transactionId());
        } else if (announce.request().leftBytes() == 7 && announce.connectionId() == 99) {
          UdpCodec.encodeAnnounceReply(announce.transactionId(), response, six, out);
        } else {
          UdpCodec.encodeError(announce.transactionId(), "go away", out);
        }
      }
      case UdpRequest.Scrape scrape -> {
        UdpCodec.encodeScrapeReplyHeader(scrape.transactionId(), out);
        UdpCodec.encodeCounts(1, 2, 3, out);
      }
    }
  }

  @Test
  void announcesFromTheAddressThatItIsBoundTo() throws Exception {
    try (TrackerClient client = new TrackerClient(InetAddress.ofLiteral("127.0.0.5"))) {
      TrackerReply reply = client.announce(url(), REQUEST);

      assertThat(reply).isInstanceOf(AnnounceResponse.class);
      assertThat(((AnnounceResponse) reply).peers()).containsExactly(Endpoint.of("10.0.0.1", 1234));
      assertThat(asked.getHostAddress()).isEqualTo("127.0.0.5");
      assertThat(urlData).isEqualTo("/announce?auth=x");
    }
  }

  @Test
  void aTrackerOfBothFamiliesIsAskedOverBoth() throws Exception {
    int port = socket.getLocalPort();
    try (DatagramSocket six = listenOverIpv6(port)) {
      Thread.ofVirtual().start(() -> serve(six));
      UdpTracker both =
          new UdpTracker(new BothFamilies(ANY, _ -> new InetAddress[] {HERE_4, HERE_6}));

      TrackerReply reply = both.announce(url("both", port), REQUEST, in(Duration.ofSeconds(10)));

      assertThat(((AnnounceResponse) reply).peers())
          .containsExactlyInAnyOrder(
              Endpoint.of("10.0.0.1", 1234), new Endpoint(InetAddress.ofLiteral("fd00::1"), 1234));
    }
  }

  @Test
  void aFamilyThatDoesNotAnswerCostsTheOtherLittle() throws Exception {
    int port = socket.getLocalPort();
    try (DatagramSocket silent = listenOverIpv6(port)) {
      UdpTracker both =
          new UdpTracker(new BothFamilies(ANY, _ -> new InetAddress[] {HERE_6, HERE_4}));
      long begin = System.nanoTime();

      TrackerReply reply = both.announce(url("both", port), REQUEST, in(Duration.ofSeconds(25)));

      assertThat(((AnnounceResponse) reply).peers()).hasSize(1);
      assertThat(System.nanoTime() - begin).isLessThan(Duration.ofSeconds(10).toNanos());
      assertThat(silent.isClosed()).isFalse();
    }
  }

  @Test
  void aConnectReplyIsNoAnswerToAnAnnounce() throws Exception {
    AtomicInteger datagrams = new AtomicInteger();
    try (DatagramSocket broken = new DatagramSocket(new InetSocketAddress(HERE_4, 0))) {
      Thread.ofVirtual().start(() -> answerAllByConnect(broken, datagrams));
      UdpTracker tracker = new UdpTracker(new BothFamilies(ANY, _ -> new InetAddress[] {HERE_4}));

      assertThatThrownBy(
              () ->
                  tracker.announce(
                      url("broken", broken.getLocalPort()), REQUEST, in(Duration.ofMillis(800))))
          .hasMessageEndingWith("no answer in time");
      // A connect, an announce, and each again where the machine is slow; not one for each reply.
      assertThat(datagrams).hasValueLessThanOrEqualTo(4);
    }
  }

  private static void answerAllByConnect(DatagramSocket socket, AtomicInteger datagrams) {
    byte[] bytes = new byte[2048];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        socket.receive(packet);
        datagrams.incrementAndGet();
        ByteBuffer out = ByteBuffer.allocate(100);
        UdpCodec.encodeConnectReply(ByteBuffer.wrap(bytes).getInt(12), 99, out);
        socket.send(new DatagramPacket(out.array(), out.position(), packet.getSocketAddress()));
      }
    } catch (IOException e) {
      // the test is over
    }
  }

  @Test
  void anAddressThatIsSilentLeavesTimeForTheNext() throws Exception {
    InetAddress silent = InetAddress.ofLiteral("127.0.0.9");
    int port = socket.getLocalPort();
    try (DatagramSocket _ = new DatagramSocket(new InetSocketAddress(silent, port))) {
      UdpTracker tracker =
          new UdpTracker(new BothFamilies(ANY, _ -> new InetAddress[] {silent, HERE_4}));

      assertThat(tracker.announce(url("two", port), REQUEST, in(Duration.ofSeconds(2))))
          .isInstanceOf(AnnounceResponse.class);
    }
  }

  @Test
  void aRefusalIsAReply() throws Exception {
    AnnounceRequest other =
        AnnounceRequest.builder(HASH, new PeerId(4, 5, 6), 6881).left(8).build();
    try (TrackerClient client = new TrackerClient(InetAddress.ofLiteral("127.0.0.5"))) {
      assertThat(client.announce(url(), other)).isEqualTo(new TrackerReply.Failure("go away"));
    }
  }

  /** A tracker answers so that serves only torrents on its list: opentracker. */
  @Test
  void aRefusalWithoutAReasonIsAReplyToo() throws Exception {
    AnnounceRequest unlisted =
        AnnounceRequest.builder(HASH, new PeerId(4, 5, 6), 6881).left(9).build();
    try (TrackerClient client = new TrackerClient(InetAddress.ofLiteral("127.0.0.5"))) {
      assertThat(client.announce(url(), unlisted))
          .isInstanceOfSatisfying(
              TrackerReply.Failure.class,
              failure -> assertThat(failure.reason()).startsWith("it refuses and gives no reason"));
    }
  }

  @Test
  void scrapes() throws Exception {
    try (TrackerClient client = new TrackerClient(InetAddress.ofLiteral("127.0.0.5"))) {
      assertThat(client.scrape(url(), List.of(HASH)))
          .containsExactly(new ScrapeEntry(HASH, 1, 2, 3));
    }
  }

  @Test
  void silenceIsToldInOneLineWithinTheTimeGiven() throws Exception {
    try (DatagramSocket silent =
            new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        TrackerClient client = new TrackerClient(InetAddress.ofLiteral("127.0.0.5"))) {
      String url = "udp://127.0.0.1:" + silent.getLocalPort();

      assertThatThrownBy(() -> client.announce(url, REQUEST, Duration.ofMillis(200)))
          .isInstanceOf(TrackerException.class)
          .hasMessage("cannot reach tracker " + url + ": no answer in time");
    }
  }

  @Test
  void whatIsNoTrackersUrlIsToldInOneLine() throws Exception {
    try (TrackerClient client = new TrackerClient(InetAddress.ofLiteral("127.0.0.5"))) {
      for (String url : List.of("ftp://x/announce", "udp://host", "http://", "not a url", "")) {
        assertThatThrownBy(() -> client.announce(url, REQUEST))
            .isInstanceOf(TrackerException.class)
            .hasMessageStartingWith("cannot ask tracker " + url);
      }
    }
  }

  @Test
  void aTrackerThatIsNotThereIsToldInOneLine() throws Exception {
    try (TrackerClient client = new TrackerClient(InetAddress.ofLiteral("127.0.0.5"))) {
      assertThatThrownBy(() -> client.announce("http://127.0.0.1:1/announce", REQUEST))
          .isInstanceOf(TrackerException.class)
          .hasMessage("cannot reach tracker http://127.0.0.1:1/announce: connection refused");
    }
  }
}
