package dev.skep.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ready line names an address that another machine can use. */
class ReadyLineTest {
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "192.0.2.7"})
  void anAddressThatWasGivenStays(String given) throws IOException {
    assertThat(TrackerProcess.usable(given)).isEqualTo(given);
  }

  @Test
  void whereItListensAtAllAddressesItIsOneOfThem() throws IOException {
    String told = TrackerProcess.usable("0.0.0.0");

    if (!told.equals("0.0.0.0")) { // as without any network
      assertThat(NetworkInterface.networkInterfaces().anyMatch(network -> has(network, told)))
          .as(told)
          .isTrue();
    }
  }

  private static boolean has(NetworkInterface network, String address) {
    try {
      return network.isUp()
          && network.inetAddresses().map(InetAddress::getHostAddress).anyMatch(address::equals);
    } catch (SocketException e) {
      return false;
    }
  }
}
