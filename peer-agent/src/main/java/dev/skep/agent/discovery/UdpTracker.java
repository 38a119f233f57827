package dev.skep.agent.discovery;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.ScrapeEntry;
import dev.skep.protocol.tracker.TrackerProtocolException;
import dev.skep.protocol.tracker.TrackerReply;
import dev.skep.protocol.tracker.UdpCodec;
import dev.skep.protocol.tracker.UdpReply;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Asks trackers over UDP (BEP 15): a connection id first, which proves our address, then the
 * question. What is not answered is sent again after 15 seconds, then after twice as long each
 * time, until the caller's time is over.
 */
final class UdpTracker {
  private static final long FIRST_WAIT_NANOS = 15_000_000_000L;
  private static final int MAX_DATAGRAM_BYTES = 8192;
  private static final long CONNECTION_NANOS = 60_000_000_000L;

  /** Writes one request. */
  @FunctionalInterface
  private interface Question {
    void encode(long connectionId, int transactionId, ByteBuffer out);
  }

  private final BothFamilies families;

  UdpTracker(BothFamilies families) {
    this.families = families;
  }

  TrackerReply announce(TrackerUrl tracker, AnnounceRequest request, long deadlineNanos)
      throws TrackerException, InterruptedException {
    if (tracker.target().length() > UdpCodec.MAX_URL_DATA_BYTES) {
      throw new TrackerException("cannot ask tracker " + tracker + ": its URL is too long");
    }
    Question question =
        (id, tx, out) -> UdpCodec.encodeAnnounce(id, tx, request, tracker.target(), out);
    return families.ask(
        tracker,
        deadlineNanos,
        (address, until) ->
            switch (ask(tracker, address, until, question, UdpReply.Announced.class)) {
              case UdpReply.Refused refused -> new TrackerReply.Failure(reason(refused));
              case UdpReply.Announced announced -> announced.response();
              case UdpReply other -> throw new IllegalStateException("not asked for: " + other);
            });
  }

  private static String reason(UdpReply.Refused refused) {
    return refused.message().isBlank()
        ? "it refuses and gives no reason; perhaps it serves only torrents on a list of its own"
        : refused.message();
  }

  List<ScrapeEntry> scrape(TrackerUrl tracker, List<InfoHash> infoHashes, long deadlineNanos)
      throws TrackerException, InterruptedException {
    Question question = (id, tx, out) -> UdpCodec.encodeScrape(id, tx, infoHashes, out);
    UdpReply reply =
        BothFamilies.first(
            families.addresses(tracker),
            deadlineNanos,
            (address, until) -> ask(tracker, address, until, question, UdpReply.Scraped.class));
    return switch (reply) {
      case UdpReply.Refused refused -> throw HttpTracker.refused(tracker, reason(refused));
      case UdpReply.Scraped scraped -> {
        List<ScrapeEntry> entries = new ArrayList<>();
        for (int i = 0; i < Math.min(infoHashes.size(), scraped.counts().size()); i++) {
          UdpReply.Counts c = scraped.counts().get(i);
          entries.add(new ScrapeEntry(infoHashes.get(i), c.seeders(), c.completed(), c.leechers()));
        }
        yield entries;
      }
      case UdpReply other -> throw new IllegalStateException("not asked for: " + other);
    };
  }

  /** The answer of the kind that is wanted, or a refusal. */
  private UdpReply ask(
      TrackerUrl tracker,
      InetAddress address,
      long deadlineNanos,
      Question question,
      Class<? extends UdpReply> wanted)
      throws TrackerException, InterruptedException {
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(localFor(address), 0))) {
      socket.connect(address, tracker.port());
      return new Exchange(socket, address instanceof Inet6Address, deadlineNanos)
          .run(question, wanted);
    } catch (SocketTimeoutException e) {
      throw new TrackerException("cannot reach tracker " + tracker + ": no answer in time", e);
    } catch (TrackerProtocolException e) {
      throw new TrackerException("tracker " + tracker + " answered nonsense: " + e.getMessage(), e);
    } catch (PortUnreachableException e) {
      throw new TrackerException("cannot reach tracker " + tracker + ": connection refused", e);
    } catch (IOException e) {
      throw new TrackerException(
          "cannot reach tracker " + tracker + ": " + ConnectionFailures.inWords(e), e);
    }
  }

  private InetAddress localFor(InetAddress remote) throws UnknownHostException {
    return families.bind().isAnyLocalAddress()
        ? InetAddress.getByAddress(new byte[remote.getAddress().length])
        : families.bind();
  }

  /** One question and what it takes to have it answered. */
  private record Exchange(DatagramSocket socket, boolean ipv6, long deadline) {

    UdpReply run(Question question, Class<? extends UdpReply> wanted)
        throws IOException, TrackerProtocolException, InterruptedException {
      long connectionId = 0;
      long connectedAt = 0;
      boolean connected = false;
      long wait = FIRST_WAIT_NANOS;
      while (true) {
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
        long now = System.nanoTime();
        if (connected && now - connectedAt > CONNECTION_NANOS) {
          connected = false;
        }
        int transaction = ThreadLocalRandom.current().nextInt();
        ByteBuffer out = ByteBuffer.allocate(MAX_DATAGRAM_BYTES);
        if (connected) {
          question.encode(connectionId, transaction, out);
        } else {
          UdpCodec.encodeConnect(transaction, out);
        }
        socket.send(new DatagramPacket(out.array(), out.position()));
        try {
          Class<? extends UdpReply> due = connected ? wanted : UdpReply.Connected.class;
          UdpReply reply = receive(transaction, due, Math.min(deadline, now + wait));
          if (!(reply instanceof UdpReply.Connected answer)) {
            return reply;
          }
          connected = true;
          connectionId = answer.connectionId();
          connectedAt = now;
        } catch (SocketTimeoutException e) {
          wait *= 2;
          if (System.nanoTime() - deadline >= 0) {
            throw e;
          }
        }
      }
    }

    /**
     * The reply to this transaction that is due, or a refusal; whatever else arrives is nothing.
     */
    private UdpReply receive(int transaction, Class<? extends UdpReply> due, long until)
        throws IOException, TrackerProtocolException {
      byte[] bytes = new byte[MAX_DATAGRAM_BYTES];
      while (true) {
        long left = until - System.nanoTime();
        if (left <= 0) {
          throw new SocketTimeoutException("no answer");
        }
        socket.setSoTimeout((int) Math.max(1, left / 1_000_000));
        DatagramPacket packet = new DatagramPacket(bytes, bytes.length);
        socket.receive(packet);
        if (packet.getLength() >= 8 && ByteBuffer.wrap(bytes).getInt(4) == transaction) {
          UdpReply reply =
              UdpCodec.decodeReply(ByteBuffer.wrap(bytes, 0, packet.getLength()), ipv6);
          if (due.isInstance(reply) || reply instanceof UdpReply.Refused) {
            return reply;
          }
        }
      }
    }
  }
}
