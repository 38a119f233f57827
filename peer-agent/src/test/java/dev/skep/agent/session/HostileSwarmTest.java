package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.peerwire.Handshake;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.ProtocolException;
import dev.skep.protocol.peerwire.Reserved;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A swarm of which one half is hostile, each in another way, and comes back when it is dropped. */
@Timeout(120)
@Isolated("it compares times")
class HostileSwarmTest {
  private static final Reserved FAST = Reserved.NONE.withFast();
  private static final TestData DATA = TestData.file("wanted.bin", 5_000_000, 64 * 1024);
  private static final byte[] BYTES = DATA.files().getFirst().bytes();
  private static final int PIECES = DATA.metainfo().layout().pieceCount();
  private static final int BLOCK = 16 * 1024;
  private static final int HONEST_BYTES_PER_SECOND = 230_000;

  @TempDir private Path temp;

  /** How a hostile peer behaves from connecting to being dropped. */
  private enum Hostility {
    /** Gives what it is asked for; one block in twenty is wrong. */
    BAD_BLOCKS {
      @Override
      void act(Endpoint victim, String from, Random random) throws Exception {
        try (RawPeer peer = offer(victim, from)) {
          while (true) {
            if (peer.receive(PIECES) instanceof PeerMessage.Request(BlockRef asked)) {
              int at = (int) DATA.metainfo().layout().offsetBytes(asked.piece()) + asked.offset();
              byte[] body = Arrays.copyOfRange(BYTES, at, at + asked.lengthBytes());
              body[0] ^= (byte) (random.nextInt(20) == 0 ? 1 : 0);
              peer.sendBlock(asked.piece(), asked.offset(), body);
            }
          }
        }
      }
    },
    /** Promises everything and gives nothing. */
    NO_BLOCKS {
      @Override
      void act(Endpoint victim, String from, Random random) throws Exception {
        try (RawPeer peer = offer(victim, from)) {
          peer.awaitEnd();
        }
      }
    },
    UNASKED_BLOCKS {
      @Override
      void act(Endpoint victim, String from, Random random) throws Exception {
        try (RawPeer peer = offer(victim, from)) {
          while (true) {
            peer.sendBlock(random.nextInt(PIECES - 1), 0, new byte[BLOCK]);
          }
        }
      }
    },
    WRONG_BITFIELD {
      @Override
      void act(Endpoint victim, String from, Random random) throws Exception {
        try (RawPeer peer = RawPeer.greet(from, victim, DATA.metainfo().infoHash(), FAST)) {
          peer.send(new PeerMessage.Bits(new byte[random.nextInt(PIECES / 8)]));
          peer.awaitEnd();
        }
      }
    },
    OVERSIZED_REQUESTS {
      @Override
      void act(Endpoint victim, String from, Random random) throws Exception {
        try (RawPeer peer = RawPeer.greet(from, victim, DATA.metainfo().infoHash(), FAST)) {
          peer.send(PeerMessage.HAVE_NONE);
          peer.send(PeerMessage.INTERESTED);
          peer.send(new PeerMessage.Request(new BlockRef(0, 0, 1 << 20)));
          peer.awaitEnd();
        }
      }
    },
    FLOOD_OF_HAVES {
      @Override
      void act(Endpoint victim, String from, Random random) throws Exception {
        try (RawPeer peer = RawPeer.greet(from, victim, DATA.metainfo().infoHash(), FAST)) {
          while (true) {
            peer.send(new PeerMessage.Have(random.nextInt(PIECES)));
          }
        }
      }
    },
    /** Sends its handshake byte by byte. */
    SLOW_HANDSHAKE {
      @Override
      void act(Endpoint victim, String from, Random random) throws Exception {
        ByteBuffer hello = ByteBuffer.allocate(Handshake.BYTES);
        new Handshake(FAST, DATA.metainfo().infoHash(), PeerIds.random()).encode(hello);
        try (RawPeer peer = RawPeer.connect(from, victim)) {
          for (byte each : hello.array()) {
            peer.send(new byte[] {each});
            TimeUnit.MILLISECONDS.sleep(100);
          }
        }
      }
    };

    abstract void act(Endpoint victim, String from, Random random) throws Exception;

    private static RawPeer offer(Endpoint victim, String from) throws IOException {
      RawPeer peer = RawPeer.greet(from, victim, DATA.metainfo().infoHash(), FAST);
      peer.send(PeerMessage.HAVE_ALL);
      peer.send(PeerMessage.UNCHOKE);
      return peer;
    }

    /** Acts until interrupted; each number is another address. */
    void goOn(Endpoint victim, int number) {
      Random random = new Random(number);
      String from = "127.0.1." + number;
      while (!Thread.currentThread().isInterrupted()) {
        try {
          act(victim, from, random);
        } catch (IOException | ProtocolException e) {
          // dropped, as it should be
        } catch (InterruptedException e) {
          return;
        } catch (Exception e) {
          throw new AssertionError(e);
        }
        pause();
      }
    }

    private static void pause() {
      try {
        TimeUnit.MILLISECONDS.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void itFinishesRightAndWithinTwiceTheTime() throws Exception {
    long alone = nanosToDownload("alone", List.of());
    long besieged = Long.MAX_VALUE;
    // Other work on the machine only ever takes time, so the shortest of a few counts.
    for (int attempt = 1; attempt <= 3 && besieged >= 2 * alone; attempt++) {
      String name = "besieged " + attempt;
      besieged = Math.min(besieged, nanosToDownload(name, List.of(Hostility.values())));
    }

    System.out.printf(
        "download in %.2f s, among hostile peers in %.2f s%n", alone / 1e9, besieged / 1e9);
    assertThat(besieged).isLessThan(2 * alone);
  }

  /** With as many honest seeders as there are kinds of hostility. */
  private long nanosToDownload(String name, List<Hostility> hostile) throws Exception {
    try (Hosts hosts = new Hosts(temp.resolve(name))) {
      Path data = DATA.writeTo(hosts.folder(1));
      List<Endpoint> honest = new ArrayList<>();
      for (int i = 0; i < Hostility.values().length; i++) {
        Session seeder = hosts.open(10 + i, s -> s.maxUpBytesPerSecond = HONEST_BYTES_PER_SECOND);
        seeder
            .add(DATA.metainfo(), hosts.folder(1), TransferOptions.defaults().seeding(data))
            .completed()
            .get(20, TimeUnit.SECONDS);
        honest.add(seeder.listening());
      }
      Session victim = hosts.open(2, s -> s.handshakeTimeout = Duration.ofSeconds(1));
      List<Thread> threads = new ArrayList<>();
      long begin = System.nanoTime();
      Transfer transfer = hosts.get(victim, 2, DATA, honest.toArray(Endpoint[]::new));
      try {
        for (Hostility each : hostile) {
          int number = 1 + threads.size();
          threads.add(Thread.ofVirtual().start(() -> each.goOn(victim.listening(), number)));
        }
        transfer.completed().get(60, TimeUnit.SECONDS);
      } finally {
        threads.forEach(Thread::interrupt);
      }
      long nanos = System.nanoTime() - begin;
      hosts.assertThatHas(2, DATA);
      return nanos;
    }
  }
}
