package dev.skep.agent.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.torrent.Outbox;
import dev.skep.protocol.BlockRef;
import dev.skep.protocol.peerwire.ExtensionHandshake;
import dev.skep.protocol.peerwire.PeerMessage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ExtensionsTest {
  private final Echo one = new Echo("x_one");
  private final Echo two = new Echo("x_two");
  private final Extensions extensions = new Extensions(List.of(one, two));
  private final Sent sent = new Sent();

  @Test
  void eachIsReachedUnderTheNumberThatOurHandshakeNames() throws Exception {
    int id = Objects.requireNonNull(extensions.ourIds().get("x_two"));
    extensions.received(new PeerMessage.Extended(id, new byte[] {7}));
    extensions.received(new PeerMessage.Extended(200, new byte[] {9}));

    assertThat(one.due).isEmpty();
    assertThat(two.due).containsExactly(new byte[] {7});
  }

  @Test
  void whatIsDueGoesOutUnderThePeersNumberAndOnlyWhileItHasOne() throws Exception {
    one.due.add(new byte[] {1});
    two.due.add(new byte[] {2});
    two.due.add(new byte[] {3});

    extensions.next(sent, 0);
    assertThat(sent.messages).isEmpty();

    extensions.introduced(ExtensionHandshake.of(Map.of("x_two", 42, "another's", 1)));
    extensions.next(sent, 0);
    assertThat(sent.messages).hasSize(1); // one in a turn: the next message is not made before
    extensions.next(sent, 0);
    assertThat(sent.messages).extracting(PeerMessage.Extended::id).containsExactly(42, 42);
    assertThat(sent.messages.getLast().payload()).containsExactly(3);

    extensions.introduced(ExtensionHandshake.of(Map.of("x_one", 5))); // says nothing of the other
    assertThat(extensions.say("x_two", new byte[0], sent)).isTrue();
    extensions.introduced(ExtensionHandshake.of(Map.of("x_two", 0)));
    assertThat(extensions.say("x_two", new byte[0], sent)).isFalse();
  }

  /** Says what it is told. */
  private record Echo(String name, Queue<byte[]> due) implements Extension {
    Echo(String name) {
      this(name, new ArrayDeque<>());
    }

    @Override
    public void received(byte[] payload) {
      due.add(payload);
    }

    @Override
    public Optional<byte[]> next(long now) {
      return Optional.ofNullable(due.poll());
    }
  }

  private static final class Sent implements Outbox {
    private final List<PeerMessage.Extended> messages = new ArrayList<>();

    @Override
    public void message(PeerMessage message) {
      messages.add((PeerMessage.Extended) message);
    }

    @Override
    public void block(BlockRef block) {
      throw new IllegalStateException("no block is due");
    }
  }
}
