package dev.skep.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientNamesTest {
  @Test
  void twoLettersAloneNameAProgramToo() {
    assertThat(PeerId.program("TR")).isEqualTo("Transmission");
    assertThat(PeerId.program("?!")).isEqualTo("?!");
  }

  private static PeerId id(String start) {
    return PeerId.of(Arrays.copyOf(start.getBytes(StandardCharsets.ISO_8859_1), 20));
  }

  @ParameterizedTest
  @CsvSource({
    "-KE0100-, Skep 0.1.0",
    "-qB4520-, qBittorrent 4.5.2",
    "-TR3000-, Transmission 3.00",
    "-TR4050-, Transmission 4.0.5",
    "-lt0D80-, rTorrent 0.13.8",
    "-LT2080-, libtorrent (Rasterbar) 2.0.8",
    "-AZ2060-, Azureus 2.0.6",
    "-FG0180, FlashGet 0.1.8",
    "-ZZ1234-, ZZ 1.2.3.4",
    "-ML2.7.2-k, MLdonkey 2.7.2",
    "S58B-----, Shad0w 5.8.11",
    "T03I-----, BitTornado 0.3.18",
    "M7-2-0--, Mainline 7.2.0",
    "M4-20-8-, ''",
    "M4-20-8--, Mainline 4.20.8",
    "XBT054d-, XBT Client 0.5.4",
    "OP7685ab, Opera (build 7685)",
    "'exbc\u0001\u0002', BitComet 1.02",
    "exbc\u0001\u0002LORD, BitLord 1.02",
    "garbage, ''",
    "-, ''"
  })
  void clientsAreKnownByTheirPeerIds(String start, String name) {
    assertThat(id(start).client().orElse("")).isEqualTo(name);
  }

  @Test
  void anIdIsShownWithoutWhatATerminalWouldTakeAmiss() {
    assertThat(id("-SK0100-\u001b[2J\u00ff").text()).isEqualTo("-SK0100-.[2J........");
  }
}
