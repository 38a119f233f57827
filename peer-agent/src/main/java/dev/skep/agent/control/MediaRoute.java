package dev.skep.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.library.FileWish;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.agent.service.TorrentSnapshot;
import dev.skep.agent.session.Reading;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.TorrentFile;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A file of a torrent, also while it is downloaded: what a player asks for comes first, and is sent
 * as soon as its piece is verified. Only sound and pictures are shown as what they are; everything
 * else is a stranger's file to be saved, never a page of ours.
 */
final class MediaRoute implements Route, AutoCloseable {
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("flac", "audio/flac"),
          Map.entry("m4a", "audio/mp4"),
          Map.entry("m4v", "video/mp4"),
          Map.entry("mkv", "video/x-matroska"),
          Map.entry("mov", "video/quicktime"),
          Map.entry("mp3", "audio/mpeg"),
          Map.entry("mp4", "video/mp4"),
          Map.entry("oga", "audio/ogg"),
          Map.entry("ogg", "audio/ogg"),
          Map.entry("opus", "audio/ogg"),
          Map.entry("wav", "audio/wav"),
          Map.entry("webm", "video/webm"));

  /** A player asks for the rest; and an answer has its time, which must do for a slow swarm. */
  private static final long MOST_BYTES = 4 << 20;

  private static final int BUFFER_BYTES = 128 << 10;
  private static final int MOST_READERS = 8;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);
  private static final long LOOK_MILLIS = 100;

  private final Agent agent;
  private final Semaphore readers = new Semaphore(MOST_READERS);
  private final ExecutorService disk;

  MediaRoute(Agent agent) {
    this.agent = agent;
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            2,
            2,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_READERS),
            Thread.ofPlatform().daemon().name("skep-media-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    disk = pool;
  }

  @Override
  public Reply answer(Ask ask, byte[] body) {
    Optional<TorrentSnapshot> found =
        ask.parameter("torrent")
            .filter(hash -> hash.matches("[0-9a-f]{40}"))
            .flatMap(hash -> agent.torrent(InfoHash.fromHex(hash)))
            .map(AgentTorrent::view);
    Optional<Metainfo> metainfo = found.flatMap(TorrentSnapshot::metainfo);
    int index =
        ask.parameter("file")
            .filter(number -> number.matches("\\d{1,7}"))
            .map(Integer::valueOf)
            .orElse(0);
    if (metainfo.isEmpty() || index >= metainfo.get().files().size()) {
      return Reply.text(404, "there is no such file");
    }
    TorrentFile file = metainfo.get().files().get(index);
    if (!isWanted(found.get(), index)) {
      return Reply.text(409, "this file is not wanted, so it does not come");
    }
    long length = file.lengthBytes();
    Optional<String> wished = ask.header("Range").filter(ByteRange::isOne);
    if (wished.isEmpty()) {
      return described(reply(found.get(), file, new ByteRange(0, length), false), file);
    }
    Optional<ByteRange> range = ByteRange.of(wished.get(), length);
    if (range.isEmpty()) {
      return Reply.empty(416).with("Content-Range", "bytes */" + length);
    }
    ByteRange part = range.get();
    long end = Math.min(part.end(), part.first() + MOST_BYTES);
    return described(reply(found.get(), file, new ByteRange(part.first(), end), true), file);
  }

  private static boolean isWanted(TorrentSnapshot torrent, int file) {
    List<FileWish> wishes = torrent.record().files();
    return wishes.isEmpty() || wishes.get(file).wanted();
  }

  private Reply reply(TorrentSnapshot torrent, TorrentFile file, ByteRange part, boolean partial) {
    long at = file.offsetBytes();
    Reply reply =
        Reply.of(
            partial ? 206 : 200,
            type(file).orElse("application/octet-stream"),
            part.length(),
            out -> send(torrent.id(), at + part.first(), at + part.end(), out));
    return partial
        ? reply.with(
            "Content-Range",
            "bytes %d-%d/%d".formatted(part.first(), part.end() - 1, file.lengthBytes()))
        : reply;
  }

  private static Reply described(Reply reply, TorrentFile file) {
    String name = URLEncoder.encode(file.path().getLast(), UTF_8).replace("+", "%20");
    String shown = type(file).isPresent() ? "inline" : "attachment";
    return reply
        .with("Accept-Ranges", "bytes")
        .with("Content-Disposition", shown + "; filename*=UTF-8''" + name)
        .with("Content-Security-Policy", "default-src 'none'; media-src 'self'; sandbox");
  }

  private static Optional<String> type(TorrentFile file) {
    String name = file.path().getLast().toLowerCase(Locale.ROOT);
    return Optional.ofNullable(TYPES.get(name.substring(name.lastIndexOf('.') + 1)));
  }

  private void send(int torrent, long from, long end, OutputStream out)
      throws IOException, InterruptedException {
    if (!readers.tryAcquire()) {
      throw new IOException("too many read at a time"); // the player tries again
    }
    try (Reading reading = reading(torrent)) {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      long lastCame = System.nanoTime();
      for (long at = from; at < end; ) {
        int count = read(reading, at, end, buffer.clear());
        if (count > 0) {
          out.write(buffer.array(), 0, count);
          out.flush();
          at += count;
          lastCame = System.nanoTime();
        } else if (System.nanoTime() - lastCame > PATIENCE_NANOS) {
          throw new IOException("its next piece does not come");
        } else {
          Thread.sleep(LOOK_MILLIS);
        }
      }
    } finally {
      readers.release();
    }
  }

  private Reading reading(int torrent) throws IOException {
    return agent
        .torrent(torrent)
        .flatMap(each -> each.view().transfer())
        .flatMap(transfer -> transfer.read())
        .orElseThrow(() -> new IOException("the torrent does not run"));
  }

  /** On a thread that may wait for the disk. */
  private int read(Reading reading, long at, long end, ByteBuffer into)
      throws IOException, InterruptedException {
    try {
      return disk.submit(() -> reading.read(at, end, into)).get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  @Override
  public void close() {
    disk.shutdownNow();
  }
}
