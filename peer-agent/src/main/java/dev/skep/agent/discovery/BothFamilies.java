package dev.skep.agent.discovery;

import dev.skep.protocol.tracker.AnnounceResponse;
import dev.skep.protocol.tracker.TrackerReply;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Asks a tracker over each family, IPv4 and IPv6, for it knows us, and others, by the address that
 * we come from (BEP 7, BEP 15); within a family at the first address that answers.
 *
 * @param bind the local address to ask from; the wildcard address for any
 */
record BothFamilies(InetAddress bind, Names names) {
  /** The family that answers first does not wait longer for the other. */
  private static final long OTHER_FAMILY_MILLIS = 1_000;

  private static final int MOST_ADDRESSES = 4;

  /** Finds a host's addresses. */
  @FunctionalInterface
  interface Names {
    InetAddress[] of(String host) throws UnknownHostException;
  }

  /** Asks at one address; blocks until the deadline at most. */
  @FunctionalInterface
  interface Question<T> {
    T askAt(InetAddress address, long deadlineNanos) throws TrackerException, InterruptedException;
  }

  /** How the tracker answered over one family. */
  private record Answer(Optional<TrackerReply> reply, Optional<TrackerException> failure) {}

  /** One reply with the peers of all families that answered. */
  TrackerReply ask(TrackerUrl tracker, long deadlineNanos, Question<TrackerReply> question)
      throws TrackerException, InterruptedException {
    List<List<InetAddress>> families = families(tracker);
    if (families.size() == 1) {
      return first(families.getFirst(), deadlineNanos, question);
    }
    BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    for (List<InetAddress> family : families) {
      Thread.ofVirtual()
          .name("skep-announce")
          .start(() -> answers.add(answer(family, deadlineNanos, question)));
    }
    List<TrackerReply> replies = new ArrayList<>();
    TrackerException failure = new TrackerException("cannot reach tracker " + tracker);
    for (int i = 0; i < families.size(); i++) {
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

  private static Answer answer(
      List<InetAddress> family, long deadlineNanos, Question<TrackerReply> question) {
    try {
      return new Answer(Optional.of(first(family, deadlineNanos, question)), Optional.empty());
    } catch (TrackerException e) {
      return new Answer(Optional.empty(), Optional.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer(Optional.empty(), Optional.of(new TrackerException("interrupted")));
    } catch (RuntimeException e) {
      return new Answer(Optional.empty(), Optional.of(new TrackerException("a fault: " + e, e)));
    }
  }

  /**
   * At the first address that answers. Each gets an equal share of the time that is left: one that
   * is silent must not use up that of the others.
   */
  static <T> T first(List<InetAddress> addresses, long deadlineNanos, Question<T> question)
      throws TrackerException, InterruptedException {
    for (int i = 0; ; i++) {
      int left = addresses.size() - i;
      long now = System.nanoTime();
      long until = left == 1 ? deadlineNanos : now + Math.max(0, deadlineNanos - now) / left;
      try {
        return question.askAt(addresses.get(i), until);
      } catch (TrackerException e) {
        if (left == 1) {
          throw e;
        }
      }
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
            first.externalAddress(),
            good.stream().flatMap(each -> each.namedPeers().stream()).distinct().toList());
  }

  /** All addresses that can be asked, in the order in which to try them; at least one. */
  List<InetAddress> addresses(TrackerUrl tracker) throws TrackerException {
    return families(tracker).stream().flatMap(List::stream).toList();
  }

  /** Some addresses of each family, or of the one that we are bound to; at least one. */
  private List<List<InetAddress>> families(TrackerUrl tracker) throws TrackerException {
    try {
      List<InetAddress> six = new ArrayList<>();
      List<InetAddress> four = new ArrayList<>();
      for (InetAddress each : names.of(tracker.host())) {
        boolean reachable =
            bind.isAnyLocalAddress()
                || each instanceof Inet6Address == bind instanceof Inet6Address;
        List<InetAddress> family = each instanceof Inet6Address ? six : four;
        if (reachable && family.size() < MOST_ADDRESSES) {
          family.add(each);
        }
      }
      if (six.isEmpty() && four.isEmpty()) {
        throw new TrackerException(
            "cannot reach tracker " + tracker + " from " + bind.getHostAddress());
      }
      return List.of(four, six).stream().filter(family -> !family.isEmpty()).toList();
    } catch (UnknownHostException e) {
      throw new TrackerException("cannot reach tracker " + tracker + ": unknown host", e);
    }
  }
}
