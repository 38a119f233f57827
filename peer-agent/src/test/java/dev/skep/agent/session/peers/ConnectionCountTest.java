package dev.skep.agent.session.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Endpoint;
import org.junit.jupiter.api.Test;

class ConnectionCountTest {
  private final ConnectionCount connections = new ConnectionCount(10, 2, 5);

  private boolean enter(Endpoint at) {
    return connections.enter(at, at.isLocalNetwork());
  }

  private int enter(String address) {
    int entered = 0;
    while (enter(Endpoint.of(address, 1000 + entered))) {
      entered++;
    }
    return entered;
  }

  @Test
  void oneAddressHasFewConnectionsAndAPrivateOneMore() {
    assertThat(enter("93.184.216.34")).isEqualTo(2);
    assertThat(enter("192.168.1.7")).isEqualTo(5);
    assertThat(enter("2001:db8::1")).isEqualTo(2);
  }

  @Test
  void allTogetherAreBounded() {
    assertThat(enter("192.168.1.7")).isEqualTo(5);
    assertThat(enter("192.168.1.8")).isEqualTo(5);
    assertThat(enter("93.184.216.34")).isZero();
  }

  @Test
  void whoLeavesMakesRoom() {
    Endpoint at = Endpoint.of("93.184.216.34", 1000);
    enter("93.184.216.34");

    connections.leave(at);

    assertThat(enter(at)).isTrue();
    assertThat(enter(at)).isFalse();
    assertThat(connections.count()).isEqualTo(2);
  }
}
