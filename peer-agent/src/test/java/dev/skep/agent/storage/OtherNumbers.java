package dev.skep.agent.storage;

import dev.skep.protocol.metainfo.Metainfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Makes a state remember other inodes, as where a file system numbers its files anew. */
public final class OtherNumbers {
  private OtherNumbers() {}

  public static void in(Path state, Metainfo metainfo) throws Exception {
    ResumeState now =
        ResumeState.decode(
            Files.readAllBytes(state),
            metainfo.infoHash(),
            metainfo.layout().pieceCount(),
            metainfo.files().size());
    List<DataFile.Memory> files = now.files().stream().map(OtherNumbers::other).toList();
    Files.write(
        state,
        new ResumeState(
                now.infoHash(),
                now.verified(),
                files,
                now.parts(),
                now.uploadedBytes(),
                now.downloadedBytes())
            .encode());
  }

  private static DataFile.Memory other(DataFile.Memory memory) {
    Stamp stamp = memory.stamp();
    return new DataFile.Memory(
        memory.ours(),
        memory.filled(),
        new Stamp(
            stamp.sizeBytes(),
            stamp.modifiedNanos() - 10_000_000_000L,
            stamp.inode() + 1,
            stamp.bornNanos()));
  }
}
