package dev.skep.protocol.metainfo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class MetainfoBuilderTest {
  @Test
  void whatIsBuiltIsRead() throws Exception {
    Metainfo torrent =
        Metainfo.parse(
            MetainfoBuilder.folder("photos")
                .file(List.of("a.jpg"), 40_000)
                .file(List.of("2024", "b.jpg"), 30_000, "x")
                .link(List.of("latest"), List.of("2024", "b.jpg"))
                .pieceLength(32_768)
                .pieceHashes(new byte[60])
                .trackers(List.of(List.of("http://t/announce"), List.of("udp://u:1")))
                .webSeeds(List.of("http://w/"))
                .privateTorrent(true)
                .comment("ours")
                .createdBy("Skep")
                .createdAt(Instant.ofEpochSecond(1_700_000_000))
                .build());

    assertThat(torrent.name()).isEqualTo("photos");
    assertThat(torrent.totalBytes()).isEqualTo(70_000);
    assertThat(torrent.layout()).isEqualTo(new PieceLayout(70_000, 32_768));
    assertThat(torrent.files())
        .extracting(f -> Path.of("", f.path().toArray(new String[0])).toString())
        .containsExactly("a.jpg", "2024/b.jpg", "latest");
    assertThat(torrent.files())
        .extracting(TorrentFile::offsetBytes)
        .containsExactly(0L, 40_000L, 70_000L);
    assertThat(torrent.files().get(1).executable()).isTrue();
    assertThat(torrent.files().get(2).linkTarget()).contains(List.of("2024", "b.jpg"));
    assertThat(torrent.trackers())
        .containsExactly(List.of("http://t/announce"), List.of("udp://u:1"));
    assertThat(torrent.webSeeds()).containsExactly("http://w/");
    assertThat(torrent.isPrivate()).isTrue();
    assertThat(torrent.comment()).contains("ours");
    assertThat(torrent.createdBy()).contains("Skep");
    assertThat(torrent.createdAt()).contains(Instant.ofEpochSecond(1_700_000_000));
    assertThat(torrent.notes()).isEmpty();
  }

  @Test
  void otherTrackersLeaveTheInfoHashAsItIs() throws Exception {
    Metainfo torrent =
        Metainfo.parse(
            MetainfoBuilder.singleFile("a", 1)
                .pieceLength(16_384)
                .pieceHashes(new byte[20])
                .build());

    Metainfo moved = torrent.withTrackers(List.of(List.of("http://t/announce")));

    assertThat(moved.infoHash()).isEqualTo(torrent.infoHash());
    assertThat(moved.trackers()).containsExactly(List.of("http://t/announce"));
    assertThat(torrent.trackers()).isEmpty();
  }
}
