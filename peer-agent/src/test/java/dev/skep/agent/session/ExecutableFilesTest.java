package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.agent.create.NewTorrent;
import dev.skep.agent.create.Source;
import dev.skep.protocol.metainfo.Metainfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A program that was executable is so where it arrives (BEP 47), and nothing more. */
@Timeout(60)
class ExecutableFilesTest {
  @TempDir private Path temp;
  @AutoClose private Hosts hosts;

  @BeforeEach
  void openHosts() {
    hosts = new Hosts(temp);
  }

  @Test
  void programsArriveAsProgramsAndDataAsData() throws Exception {
    Path folder = Files.createDirectories(temp.resolve("source/tools"));
    write(folder.resolve("run.sh"), "echo\n", "rwxr-xr-x");
    write(folder.resolve("empty.sh"), "", "rwx------");
    write(folder.resolve("data"), "data\n", "rw-r--r--");
    Metainfo metainfo =
        NewTorrent.of("tools", 16 * 1024, List.of(), "test")
            .make(Source.scan(folder, Source.Without.NOTHING), _ -> {});
    assertThat(metainfo.files())
        .filteredOn(file -> file.executable())
        .extracting(file -> file.path().getLast())
        .containsExactly("empty.sh", "run.sh");
    Session seeder = hosts.open(1);
    seeder
        .add(metainfo, temp, TransferOptions.defaults().seeding(folder))
        .completed()
        .get(20, TimeUnit.SECONDS);

    hosts
        .open(2)
        .add(
            metainfo,
            hosts.folder(2),
            TransferOptions.defaults().withPeers(List.of(seeder.listening())))
        .completed()
        .get(20, TimeUnit.SECONDS);

    Path arrived = hosts.folder(2).resolve("tools");
    assertThat(permissions(arrived.resolve("data"))).startsWith("rw-").doesNotContain("x");
    // Whoever may read a program may run it.
    String programs = permissions(arrived.resolve("data")).replace("r--", "r-x");
    programs = "rwx" + programs.substring(3);
    assertThat(permissions(arrived.resolve("run.sh"))).isEqualTo(programs);
    assertThat(permissions(arrived.resolve("empty.sh"))).isEqualTo(programs);
  }

  private static String permissions(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private static void write(Path file, String text, String permissions) throws Exception {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }
}
