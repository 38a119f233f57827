package dev.skep.agent.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.library.Delivery;
import dev.skep.agent.library.Delivery.Stage;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.protocol.InfoHash;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What everybody may read of a reason. */
@DisabledOnOs(OS.WINDOWS) // whose paths are others
class OutwardWordsTest {
  private static final InfoHash HASH = InfoHash.fromHex("0123456789012345678901234567890123456789");
  private static final Delivery DELIVERY =
      new Delivery(
          "follow",
          Path.of("/srv/Smith, Jones: our files/www"),
          false,
          Instant.EPOCH,
          Stage.FETCHING);
  private static final TorrentRecord TORRENT =
      TorrentRecord.of(HASH, DELIVERY.incoming(HASH), Instant.EPOCH)
          .with(r -> r.delivery = Optional.of(DELIVERY));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /srv/Smith, Jones: our files/www/site.tar: Not a directory         | site.tar: Not a directory
          /srv/Smith, Jones: our files: Permission denied                    | Smith, Jones: our files: Permission denied
          '/srv/Smith, Jones: our files/www/a' -> '/srv/other/b': no space   | 'a' -> 'b': no space
          /mnt/srv/x/a: Input/output error                                   | a: Input/output error
          on.done: cannot run "/opt/my hooks/x y": No such file or directory | on.done: cannot run "x y": No such file or directory
          the download limit: 149 KiB/s of 150 KiB/s                         | the download limit: 149 KiB/s of 150 KiB/s
          """)
  void noFolderOfThisMachineIsTold(String why, String told) {
    assertThat(OutwardWords.of(why, TORRENT)).isEqualTo(told);
  }

  @Test
  void foldersInTheTorrentAreTold() {
    String file = DELIVERY.incoming(HASH).folder().resolve("site/a b/c") + ": no space";
    assertThat(OutwardWords.of(file, TORRENT)).isEqualTo("site/a b/c: no space");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cannot reach tracker http://t.lan:6969/KEY/announce: connection refused | cannot reach tracker http://t.lan:6969: connection refused
          tracker udp://t.lan:6969?passkey=KEY answered nonsense                  | tracker udp://t.lan:6969 answered nonsense
          it leads to https://t.lan/KEY                                           | it leads to https://t.lan
          tracker http://t.lan:6969 is busy                                       | tracker http://t.lan:6969 is busy
          """)
  void noPasskeyInAUrlIsTold(String why, String told) {
    assertThat(OutwardWords.of(why, TORRENT)).isEqualTo(told);
  }
}
