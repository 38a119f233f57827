package dev.skep.agent.storage;

import java.nio.file.Path;

/**
 * Where a torrent's files are, and what they are called.
 *
 * @param stateFolder where resume states are kept, and parts of files that are not selected; made
 *     when first needed
 * @param partNames whether a file is called {@code NAME.part} until all of it is verified
 */
public record StorageOptions(Path stateFolder, boolean partNames) {
  /** What the folder for states is called that lies beside data. */
  public static final String STATE_FOLDER = ".skep";

  /** The folder for states beside this data. */
  public static Path stateFolderBeside(Path data) {
    return data.toAbsolutePath().normalize().resolveSibling(STATE_FOLDER);
  }
}
