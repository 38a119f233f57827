package dev.skep.benchmarks;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.peerwire.Handshake;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.PeerMessageCodec;
import dev.skep.protocol.peerwire.Reserved;
import dev.skep.protocol.peerwire.WireLimits;
import java.io.EOFException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Serves a torrent that consists of zeros, of any size, from no storage at all: {@code BIND PORT
 * TORRENT}. One peer; for {@code benchmarks/large}.
 */
public final class ZeroSeeder {
  private static final int BLOCK = 16 * 1024;

  private final SocketChannel peer;
  private final ByteBuffer in = ByteBuffer.allocateDirect(256 * 1024);
  private final ByteBuffer zeros = ByteBuffer.allocateDirect(BLOCK).asReadOnlyBuffer();

  private ZeroSeeder(SocketChannel peer) {
    this.peer = peer;
  }

  public static void main(String[] args) throws Exception {
    Metainfo metainfo = Metainfo.parse(Files.readAllBytes(Path.of(args[2])));
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(
          new InetSocketAddress(InetAddress.ofLiteral(args[0]), Integer.parseInt(args[1])));
      System.out.println("open");
      new ZeroSeeder(listener.accept()).serve(metainfo);
    } catch (EOFException | SocketException e) {
      System.out.println("closed");
    }
  }

  private void serve(Metainfo metainfo) throws Exception {
    shakeHands(metainfo);
    WireLimits limits = WireLimits.of(metainfo.layout().pieceCount());
    send(List.of(PeerMessage.HAVE_ALL, PeerMessage.UNCHOKE));
    List<BlockRef> asked = new ArrayList<>();
    while (true) {
      read();
      PeerMessage message = PeerMessageCodec.decode(in, limits);
      while (message != null) {
        if (message instanceof PeerMessage.Request(BlockRef block)) {
          asked.add(block);
        }
        message = PeerMessageCodec.decode(in, limits);
      }
      in.compact();
      send(asked);
      asked.clear();
    }
  }

  private void shakeHands(Metainfo metainfo) throws Exception {
    Handshake theirs = null;
    while (theirs == null) {
      read();
      theirs = Handshake.decode(in);
      in.compact();
    }
    ByteBuffer out = ByteBuffer.allocate(Handshake.BYTES);
    PeerId self = new PeerId(0x2d5a53303030302dL, 1, 1);
    new Handshake(Reserved.NONE.withFast(), metainfo.infoHash(), self).encode(out);
    writeAll(new ByteBuffer[] {out.flip()});
  }

  /** Reads once; what is there lies between position and limit. */
  private void read() throws Exception {
    if (peer.read(in) < 0) {
      throw new EOFException();
    }
    in.flip();
  }

  private void send(Iterable<PeerMessage> messages) throws Exception {
    ByteBuffer out = ByteBuffer.allocate(64);
    messages.forEach(message -> PeerMessageCodec.encode(message, out));
    writeAll(new ByteBuffer[] {out.flip()});
  }

  private void send(List<BlockRef> blocks) throws Exception {
    List<ByteBuffer> parts = new ArrayList<>();
    for (BlockRef b : blocks) {
      ByteBuffer header = ByteBuffer.allocateDirect(PeerMessageCodec.PIECE_HEADER_BYTES);
      PeerMessageCodec.encodePieceHeader(b.piece(), b.offset(), b.lengthBytes(), header);
      parts.add(header.flip());
      parts.add(zeros.slice(0, b.lengthBytes()));
    }
    writeAll(parts.toArray(ByteBuffer[]::new));
  }

  private void writeAll(ByteBuffer[] all) throws Exception {
    int first = 0;
    while (first < all.length) {
      peer.write(all, first, all.length - first);
      while (first < all.length && !all[first].hasRemaining()) {
        first++;
      }
    }
  }
}
