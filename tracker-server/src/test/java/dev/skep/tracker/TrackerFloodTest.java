package dev.skep.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.service.settings.Settings;
import dev.skep.tracker.announce.Access;
import dev.skep.tracker.announce.AnnounceService;
import dev.skep.tracker.announce.AnnounceSettings;
import dev.skep.tracker.announce.TrackerCounters;
import dev.skep.tracker.config.Keys;
import dev.skep.tracker.swarm.PeerPreference;
import dev.skep.tracker.swarm.SwarmStore;
import dev.skep.tracker.udp.UdpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A tracker's announce path with its default settings and a small heap, in a process of its own.
 */
class TrackerFloodTest {
  private static final int ADDRESSES = 40;
  private static final int TORRENTS = 300_000;

  @Test
  void itOutlivesMoreNewTorrentsOverUdpThanItsHeapHolds() throws Exception {
    Process flooded =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Flooded.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(flooded.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(flooded.waitFor()).as(said).isZero();
    assertThat(said).contains("an honest peer is told of 1");
  }

  /** Runs in the other process. */
  static final class Flooded {
    private static final long MAGIC = 0x41727101980L;

    private Flooded() {}

    public static void main(String[] args) throws Exception {
      var swarms =
          new SwarmStore(
              RoomSettings.of(Settings.defaults(Keys.ALL)).swarms(),
              new PeerPreference.Uniform(),
              new SplittableRandom(1),
              System.nanoTime());
      var service =
          new AnnounceService(
              swarms, Access.OPEN, AnnounceSettings.DEFAULT, new TrackerCounters(), 0);
      InetAddress here = InetAddress.ofLiteral("127.0.0.1");
      try (UdpServer server = UdpServer.start(here, 0, 1, UdpServer.Transport.BEST, service)) {
        tell(server, 1, 0x7f00_0002);
        for (int address = 0; address < ADDRESSES; address++) {
          flood(server, address);
        }
        int told = tell(server, 1, 0x7f00_0003);
        System.out.printf(
            "%d torrents, %d bytes; an honest peer is told of %d%n",
            swarms.tallies().torrents().get(), swarms.tallies().bytes().get(), told);
      }
    }

    private static void flood(UdpServer server, int address) throws IOException {
      try (DatagramSocket socket = socket(server, 0x7f01_0001 + address)) {
        long id = connect(socket);
        for (int i = 0; i < TORRENTS / ADDRESSES; i++) {
          long torrent = (2L + address) << 32 | i;
          // Each in turn with its answer, so that none is lost on the way.
          ask(socket, announce(id, torrent * 0x9e3779b97f4a7c15L));
        }
      }
    }

    /** Announces a peer of a torrent; how many others it is told of. */
    private static int tell(UdpServer server, long torrent, int from) throws IOException {
      try (DatagramSocket socket = socket(server, from)) {
        return (ask(socket, announce(connect(socket), torrent)).limit() - 20) / 6;
      }
    }

    private static DatagramSocket socket(UdpServer server, int from) throws IOException {
      byte[] address = ByteBuffer.allocate(Integer.BYTES).putInt(from).array();
      var socket = new DatagramSocket(0, InetAddress.getByAddress(address));
      socket.connect(server.address());
      socket.setSoTimeout(20_000);
      return socket;
    }

    private static long connect(DatagramSocket socket) throws IOException {
      return ask(socket, ByteBuffer.allocate(16).putLong(0, MAGIC).array()).getLong(8);
    }

    private static byte[] announce(long id, long torrent) {
      ByteBuffer announce = ByteBuffer.allocate(98).putLong(0, id).putInt(8, 1);
      return announce
          .putLong(16, torrent)
          .putLong(64, 1)
          .putInt(92, 50)
          .putShort(96, (short) 6881)
          .array();
    }

    private static ByteBuffer ask(DatagramSocket socket, byte[] request) throws IOException {
      socket.send(new DatagramPacket(request, request.length));
      var packet = new DatagramPacket(new byte[2048], 2048);
      socket.receive(packet);
      return ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
    }
  }
}
