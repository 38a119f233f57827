package dev.skep.benchmarks;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.digest.Digests;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * What a transfer costs at least in Java, without any protocol: mapped file → gathering write of
 * headers and blocks → receive → SHA-1 in a second thread → write there. Takes the place of {@link
 * PairPeer} in {@code benchmarks/pair}, for one leecher.
 */
public final class Roof {
  private static final int BLOCK = 16 * 1024;
  private static final int BLOCKS_PER_TURN = 16;
  private static final int HEADER = 13;
  private static final int PIECE = 1 << 20;
  private static final int BUFFERS = 32;

  private Roof() {}

  public static void main(String[] args) throws Exception {
    boolean seeds = args[0].equals("seed");
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    InetSocketAddress bound =
        new InetSocketAddress(InetAddress.ofLiteral(args[1]), Integer.parseInt(args[2]));
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      if (seeds) {
        listener.bind(bound);
      }
      System.out.println("open");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        Path torrent = Path.of(line.substring(0, line.indexOf(' ')));
        Path at = Path.of(line.substring(line.indexOf(' ') + 1));
        if (seeds) {
          Thread.ofVirtual().start(() -> send(listener, at));
          System.out.println("ready");
        } else {
          String name = String.valueOf(torrent.getFileName()).replace(".torrent", "");
          Endpoint peer = Endpoint.parse(args[3]);
          var seeder = new InetSocketAddress(peer.address(), peer.port());
          System.out.println(receive(seeder, at.resolve(name)));
        }
      }
    }
  }

  private static void send(ServerSocketChannel listener, Path data) {
    try (SocketChannel to = listener.accept();
        FileChannel file = FileChannel.open(data)) {
      ByteBuffer mapped = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size());
      ByteBuffer headers = ByteBuffer.allocateDirect(BLOCKS_PER_TURN * HEADER);
      while (mapped.hasRemaining()) {
        List<ByteBuffer> parts = new ArrayList<>();
        for (int i = 0; i < BLOCKS_PER_TURN && mapped.hasRemaining(); i++) {
          int length = Math.min(BLOCK, mapped.remaining());
          parts.add(headers.slice(i * HEADER, HEADER));
          parts.add(mapped.slice(mapped.position(), length));
          mapped.position(mapped.position() + length);
        }
        ByteBuffer[] all = parts.toArray(ByteBuffer[]::new);
        while (all[all.length - 1].hasRemaining()) {
          to.write(all);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static double receive(InetSocketAddress seeder, Path file) throws Exception {
    BlockingQueue<ByteBuffer[]> empty = new ArrayBlockingQueue<>(BUFFERS);
    BlockingQueue<ByteBuffer[]> filled = new ArrayBlockingQueue<>(BUFFERS + 1);
    for (int i = 0; i < BUFFERS; i++) {
      empty.add(buffers());
    }
    Thread writer = Thread.ofPlatform().start(() -> hashAndWrite(file, filled, empty));
    long first = 0;
    try (SocketChannel from = SocketChannel.open(seeder)) {
      boolean open = true;
      while (open) {
        ByteBuffer[] parts = empty.take();
        for (ByteBuffer part : parts) {
          part.clear();
        }
        while (open && parts[parts.length - 1].hasRemaining()) {
          open = from.read(parts) >= 0;
          first = first == 0 ? System.nanoTime() : first;
        }
        filled.put(parts);
      }
    }
    filled.put(new ByteBuffer[0]); // the end
    writer.join();
    return (System.nanoTime() - first) / 1e9;
  }

  /** Header, block, header, block... */
  private static ByteBuffer[] buffers() {
    ByteBuffer[] parts = new ByteBuffer[2 * BLOCKS_PER_TURN];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = ByteBuffer.allocateDirect(i % 2 == 0 ? HEADER : BLOCK);
    }
    return parts;
  }

  private static void hashAndWrite(
      Path file, BlockingQueue<ByteBuffer[]> filled, BlockingQueue<ByteBuffer[]> empty) {
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      MessageDigest digest = Digests.sha1();
      int hashed = 0;
      for (ByteBuffer[] parts = filled.take(); parts.length > 0; parts = filled.take()) {
        ByteBuffer[] blocks = new ByteBuffer[BLOCKS_PER_TURN];
        for (int i = 0; i < blocks.length; i++) {
          blocks[i] = parts[2 * i + 1].flip();
          digest.update(blocks[i].duplicate());
          hashed += blocks[i].limit();
          if (hashed >= PIECE) {
            digest.digest();
            hashed = 0;
          }
        }
        while (Arrays.stream(blocks).anyMatch(ByteBuffer::hasRemaining)) {
          out.write(blocks);
        }
        empty.put(parts);
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
