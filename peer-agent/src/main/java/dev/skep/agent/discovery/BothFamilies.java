package dev.skep.agent.discovery;

import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.TrackerReply;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Asks a tracker at one address of each family, IPv4 and IPv6, for it knows us, and others, by the
 * address that we come from (BEP 7, BEP 15).
 *
 * @param bind the local address to ask from; the wildcard address for any
 */
record BothFamilies(InetAddress bind, Names names) {
  /** The family that answers first does not wait longer for the other. */
  private static final long OTHER_FAMILY_MILLIS = 1_000;

  /** Finds a host's addresses. */
  @FunctionalInterface
  interface Names {
    InetAddress[] of(String host) throws UnknownHostException;
  }

  /** Asks at one address; blocks for a bounded time. */
  @FunctionalInterface
  interface Question {
    TrackerReply askAt(InetAddress address) throws TrackerException, InterruptedException;
  }

  /** How the tracker answered at one of its addresses. */
  private record Answer(Optional<TrackerReply> reply, Optional<TrackerException> failure) {}

  /** One reply with the peers of all families that answered. */
  TrackerReply ask(URI tracker, Question question) throws TrackerException, InterruptedException {
    List<InetAddress> addresses = addresses(tracker);
    if (addresses.size() == 1) {
      return question.askAt(addresses.getFirst());
    }
    BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    for (InetAddress address : addresses) {
      Thread.ofVirtual().name("skep-announce").start(() -> answers.add(answer(question, address)));
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
    return joined(replies);
  }

  private static Answer answer(Question question, InetAddress address) {
    try {
      return new Answer(Optional.of(question.askAt(address)), Optional.empty());
    } catch (TrackerException e) {
      return new Answer(Optional.empty(), Optional.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer(Optional.empty(), Optional.of(new TrackerException("interrupted")));
    }
  }

  /** A refusal counts only where nothing else came. */
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
    return good.size() == 1
        ? first
        : new AnnounceResponse(
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

  /** The first address of each family, or of the one that we are bound to; at least one. */
  List<InetAddress> addresses(URI tracker) throws TrackerException {
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
}
