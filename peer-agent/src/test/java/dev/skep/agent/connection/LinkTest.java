package dev.skep.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.storage.DataFiles;
import dev.skep.agent.storage.DiskWorkers;
import dev.skep.agent.storage.FilesOnDisk;
import dev.skep.agent.storage.OpenFiles;
import dev.skep.agent.torrent.Capabilities;
import dev.skep.agent.torrent.Misconduct;
import dev.skep.agent.torrent.Outbox;
import dev.skep.agent.torrent.Peer;
import dev.skep.agent.torrent.Reason;
import dev.skep.agent.torrent.TorrentSettings;
import dev.skep.agent.torrent.TorrentStats;
import dev.skep.protocol.BlockRef;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.peerwire.Bitfield;
import dev.skep.protocol.peerwire.PeerMessage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A torrent's peers need not be at the end of a connection. */
@Timeout(30)
class LinkTest {
  private static final int PIECE = 64 * 1024;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

  @TempDir private Path temp;
  @AutoClose private final OpenFiles open = new OpenFiles(1);
  @AutoClose private final DiskWorkers workers = new DiskWorkers(1);

  @AutoClose("shutdownNow")
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();

  private final TestOwner owner = new TestOwner(clock, () -> Limits.NONE);
  private final byte[] data = new byte[10 * PIECE + 5];
  private final AtomicBoolean insideOfTheLock = new AtomicBoolean();
  private final AtomicInteger heard = new AtomicInteger();
  private Path file;
  @AutoClose private LiveTorrent torrent;

  @BeforeEach
  void aTorrentOfWhichNothingIsHere() throws Exception {
    new Random(1).nextBytes(data);
    ByteArrayOutputStream hashes = new ByteArrayOutputStream();
    MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
    int pieces = Math.ceilDiv(data.length, PIECE);
    for (int i = 0; i < pieces; i++) {
      sha1.update(data, i * PIECE, Math.min(PIECE, data.length - i * PIECE));
      hashes.write(sha1.digest());
    }
    Metainfo metainfo =
        Metainfo.parse(
            MetainfoBuilder.singleFile("f", data.length)
                .pieceLength(PIECE)
                .pieceHashes(hashes.toByteArray())
                .build());
    file = temp.resolve("f");
    DataFiles files = new DataFiles(metainfo, file, open);
    BitSet all = new BitSet();
    all.set(0);
    FilesOnDisk onDisk = new FilesOnDisk(metainfo, files, false);
    onDisk.claim(all);
    onDisk.prepare(all, new Bitfield(pieces), Bitfield.full(pieces));
    torrent =
        new LiveTorrent(
            metainfo,
            files,
            new Bitfield(pieces),
            Bitfield.full(pieces),
            new Bitfield(pieces),
            owner,
            workers,
            TorrentSettings.defaults(),
            new SplittableRandom(1),
            Limits.NONE,
            Limits.NONE,
            new TestListener(new CompletableFuture<>(), this::outsideOfTheLock));
  }

  @Test
  void aTorrentComesFromALinkThatIsNoConnection() throws Exception {
    Source source = new Source();
    source.join();

    await().until(() -> isComplete(torrent.settle().stats()));

    assertThat(torrent.snapshot().peers().getFirst().client()).isEqualTo("a source in memory");
    torrent.close();
    source.ended.get(10, TimeUnit.SECONDS);
    await().until(() -> torrent.snapshot().peers().isEmpty());
    assertThat(file).hasBinaryContent(data);
    assertThat(insideOfTheLock).isFalse();
  }

  @Test
  void aCrowdThatComesIsCountedThroughOnceInAWhile() throws Exception {
    int before = heard.get();
    long began = System.nanoTime();
    for (int i = 0; i < 150; i++) {
      Capabilities can = new Capabilities(true, false, true, true);
      torrent.join(new Idle(), Endpoint.of("127.0.1." + i, 80), new PeerId(2, 2, i), can);
    }
    await().until(() -> torrent.snapshot().peers().size() == 150);

    long tenths = (System.nanoTime() - began) / 100_000_000;
    assertThat(heard.get() - before).isLessThanOrEqualTo((int) tenths + 3);
  }

  /** Is there, and no more. */
  private static final class Idle implements Link {
    @Override
    public String name() {
      return "idle";
    }

    @Override
    public void wake() {}

    @Override
    public void close(Reason reason) {}

    @Override
    public void closeIfStuck(long now, long bodyNanos) {}
  }

  /** The torrent's lock is the last one that is taken: see docs/architecture.md. */
  private void outsideOfTheLock() {
    heard.incrementAndGet();
    if (torrent.isLockedHere()) {
      insideOfTheLock.set(true);
    }
  }

  @Test
  void theFirstBlocksShowAtOnce() throws Exception {
    Source source = new Source();
    source.join();

    await().until(() -> isComplete(torrent.settle().stats()));

    assertThat(source.shown).isPositive();
  }

  @Test
  void whoTakesLongToCloseHoldsUpNobody() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Source slow =
        new Source() {
          @Override
          public void close(Reason reason) {
            try {
              closed.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            super.close(reason);
          }
        };
    slow.join();
    Thread disconnecting = Thread.ofVirtual().start(() -> torrent.disconnect());
    await().until(() -> disconnecting.getState() == Thread.State.WAITING);

    CompletableFuture<Integer> peers =
        CompletableFuture.supplyAsync(() -> torrent.settle().peers().size());

    try {
      assertThat(peers.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    } finally {
      closed.countDown();
    }
    slow.ended.get(10, TimeUnit.SECONDS);
  }

  private static boolean isComplete(TorrentStats stats) {
    return stats.verifiedBytes() == stats.wantedBytes();
  }

  /** Has all of the torrent, and gives what it is asked for. */
  private class Source implements Link, Outbox {
    private final Semaphore due = new Semaphore(0);
    private final CompletableFuture<Reason> ended = new CompletableFuture<>();
    private final List<Inbound> answers = new ArrayList<>();
    private volatile long shown = -1; // bytes, right after the first blocks

    void join() throws Exception {
      Endpoint at = Endpoint.of("127.0.0.1", 80);
      Peer peer =
          torrent.join(this, at, new PeerId(1, 1, 1), new Capabilities(true, false, false, true));
      Thread.ofVirtual().start(() -> serve(peer));
    }

    private void serve(Peer peer) {
      try {
        torrent.received(
            peer,
            List.of(
                new Inbound.Message(PeerMessage.HAVE_ALL),
                new Inbound.Message(PeerMessage.UNCHOKE)));
        while (!ended.isDone()) {
          due.tryAcquire(1, TimeUnit.SECONDS);
          torrent.next(peer, this, 0, System.nanoTime());
          boolean first = shown < 0 && !answers.isEmpty();
          torrent.received(peer, answers);
          answers.clear();
          if (first) {
            shown = torrent.snapshot().stats().downloadedBytes();
          }
        }
      } catch (Misconduct | InterruptedException e) {
        ended.completeExceptionally(e);
      }
      torrent.leave(peer, Reason.CLOSED);
    }

    @Override
    public void message(PeerMessage message) {
      if (message instanceof PeerMessage.Request(BlockRef block)) {
        try {
          ByteBuffer slot = Objects.requireNonNull(owner.memory().take(PATIENCE_NANOS)).clear();
          slot.put(data, block.piece() * PIECE + block.offset(), block.lengthBytes()).flip();
          answers.add(new Inbound.Block(block, slot));
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }

    @Override
    public void block(BlockRef block) {
      throw new IllegalStateException("asked for nothing");
    }

    @Override
    public String name() {
      return "a source in memory";
    }

    @Override
    public void wake() {
      due.release();
    }

    @Override
    public void close(Reason reason) {
      outsideOfTheLock();
      ended.complete(reason);
    }

    @Override
    public void closeIfStuck(long now, long bodyNanos) {
      outsideOfTheLock();
    }
  }
}
