package dev.skep.agent.discovery;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.tracker.AnnounceRequest;
import dev.skep.protocol.tracker.AnnounceResponse;
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
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Asks trackers over UDP (BEP 15): a connection id first, which proves our address, then the
 * question. What is not answered is sent again after 15 seconds, then after twice as long each
 * time, until the caller's time is over.
 */
final class UdpTracker {
  private static final long OTHER_FAMILY_MILLIS = 2_000;
  private static final long FIRST_WAIT_NANOS = 15_000_000_000L;
  private static final int MAX_DATAGRAM_BYTES = 8192;
  private static final long CONNECTION_NANOS = 60_000_000_000L;

  /** Writes one request. */
  @FunctionalInterface
  private interface Question {
    void encode(long connectionId, int transactionId, ByteBuffer out);
  }

  /** Finds a host's addresses. */
  @FunctionalInterface
  interface Names {
    InetAddress[] of(String host) throws UnknownHostException;
  }

  private final InetAddress bind;
  private final Names names;

  UdpTracker(InetAddress bind) {
    this(bind, InetAddress::getAllByName);
  }

  UdpTracker(InetAddress bind, Names names) {
    this.bind = bind;
    this.names = names;
  }

  TrackerReply announce(URI tracker, AnnounceRequest request, Duration timeout)
      throws TrackerException, InterruptedException {
    String path = tracker.getRawPath() == null ? "" : tracker.getRawPath();
    String urlData =
        path.isEmpty() && tracker.getRawQuery() == null
            ? ""
            : path + (tracker.getRawQuery() == null ? "" : "?" + tracker.getRawQuery());
    if (urlData.length() > UdpCodec.MAX_URL_DATA_BYTES) {
      throw new TrackerException("cannot ask tracker " + tracker + ": its URL is too long");
    }
    Question question = (id, tx, out) -> UdpCodec.encodeAnnounce(id, tx, request, urlData, out);
    return joined(askAll(tracker, resolve(tracker), timeout, question));
  }

  /** How the tracker answered at one of its addresses. */
  private record Answer(Optional<TrackerReply> reply, Optional<TrackerException> failure) {}

  /**
   * Asks at one address of each family, for the tracker knows us, and others, by the address that
   * we come from (BEP 7, BEP 15). The family that answers first does not wait long for the other.
   */
  private List<TrackerReply> askAll(
      URI tracker, List<InetAddress> addresses, Duration timeout, Question question)
      throws TrackerException, InterruptedException {
    BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    for (InetAddress address : addresses) {
      Thread.ofVirtual()
          .name("skep-announce")
          .start(() -> answers.add(answer(tracker, address, timeout, question)));
    }
    List<TrackerReply> replies = new ArrayList<>();
    TrackerException failure = new TrackerException("cannot reach tracker " + tracker);
    for (int i = 0; i < addresses.size(); i++) {
      Answer next =
          replies.isEmpty()
              ? answers.take()
              : answers.poll(OTHER_FAMILY_MILLIS, TimeUnit.MILLISECONDS);
      if (next != null) {
        next.reply().ifPresent(replies::add);
        failure = next.failure().orElse(failure);
      }
    }
    if (replies.isEmpty()) {
      throw failure;
    }
    return replies;
  }

  private Answer answer(URI tracker, InetAddress address, Duration timeout, Question question) {
    try {
      UdpReply reply = ask(tracker, address, timeout, question);
      return switch (reply) {
        case UdpReply.Announced announced ->
            new Answer(Optional.of(announced.response()), Optional.empty());
        case UdpReply.Refused refused ->
            new Answer(Optional.of(new TrackerReply.Failure(refused.message())), Optional.empty());
        default -> throw new TrackerException("tracker " + tracker + " answered another question");
      };
    } catch (TrackerException e) {
      return new Answer(Optional.empty(), Optional.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer(Optional.empty(), Optional.of(new TrackerException("interrupted")));
    }
  }

  /** One reply with the peers of all; a refusal counts only where nothing else came. */
  private static TrackerReply joined(List<TrackerReply> replies) {
    List<AnnounceResponse> good =
        replies.stream()
            .filter(AnnounceResponse.class::isInstance)
            .map(AnnounceResponse.class::cast)
            .toList();
    if (good.isEmpty()) {
      return replies.getFirst();
    }
    AnnounceResponse first = good.getFirst();
    return new AnnounceResponse(
        first.interval(),
        first.minInterval(),
        first.seeders(),
        first.leechers(),
        first.completed(),
        good.stream().flatMap(each -> each.peers().stream()).distinct().toList(),
        Map.of(),
        first.warning(),
        first.trackerId(),
        first.externalAddress());
  }

  List<ScrapeEntry> scrape(URI tracker, List<InfoHash> infoHashes, Duration timeout)
      throws TrackerException, InterruptedException {
    UdpReply reply =
        ask(
            tracker,
            resolve(tracker).getFirst(),
            timeout,
            (id, tx, out) -> UdpCodec.encodeScrape(id, tx, infoHashes, out));
    return switch (reply) {
      case UdpReply.Scraped scraped -> {
        List<ScrapeEntry> entries = new ArrayList<>();
        for (int i = 0; i < Math.min(infoHashes.size(), scraped.counts().size()); i++) {
          UdpReply.Counts c = scraped.counts().get(i);
          entries.add(new ScrapeEntry(infoHashes.get(i), c.seeders(), c.completed(), c.leechers()));
        }
        yield entries;
      }
      case UdpReply.Refused refused ->
          throw new TrackerException("tracker " + tracker + " refused: " + refused.message());
      default -> throw new TrackerException("tracker " + tracker + " answered another question");
    };
  }

  private UdpReply ask(URI tracker, InetAddress address, Duration timeout, Question question)
      throws TrackerException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(localFor(address), 0))) {
      socket.connect(address, tracker.getPort());
      return new Exchange(socket, address instanceof Inet6Address, deadline).run(question);
    } catch (SocketTimeoutException e) {
      throw new TrackerException("cannot reach tracker " + tracker + ": no answer in time", e);
    } catch (TrackerProtocolException e) {
      throw new TrackerException("tracker " + tracker + " answered nonsense: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new TrackerException("cannot reach tracker " + tracker + ": " + e.getMessage(), e);
    }
  }

  /** The first address of each family, or of the one that we are bound to. */
  private List<InetAddress> resolve(URI tracker) throws TrackerException {
    String host = tracker.getHost();
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    try {
      List<InetAddress> found = new ArrayList<>();
      for (InetAddress each : names.of(host)) {
        boolean reachable =
            bind.isAnyLocalAddress()
                || each instanceof Inet6Address == bind instanceof Inet6Address;
        if (reachable && found.stream().allMatch(f -> f.getClass() != each.getClass())) {
          found.add(each);
        }
      }
      if (found.isEmpty()) {
        throw new TrackerException(
            "cannot reach tracker " + tracker + " from " + bind.getHostAddress());
      }
      return found;
    } catch (UnknownHostException e) {
      throw new TrackerException("cannot reach tracker " + tracker + ": unknown host", e);
    }
  }

  private InetAddress localFor(InetAddress remote) throws UnknownHostException {
    return bind.isAnyLocalAddress()
        ? InetAddress.getByAddress(new byte[remote.getAddress().length])
        : bind;
  }

  /** One question and what it takes to have it answered. */
  private record Exchange(DatagramSocket socket, boolean ipv6, long deadline) {

    UdpReply run(Question question)
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
          UdpReply reply = receive(transaction, Math.min(deadline, now + wait));
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

    /** The reply to this transaction; whatever else arrives is somebody else's. */
    private UdpReply receive(int transaction, long until)
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
          return UdpCodec.decodeReply(ByteBuffer.wrap(bytes, 0, packet.getLength()), ipv6);
        }
      }
    }
  }
}
