package dev.skep.agent.cli;

import dev.skep.agent.catalogue.AdminSecret;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Terminal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a tracker's {@link AdminSecret} may be. Who runs commands as the user of a tracker on this
 * machine, where it was started, needs to say nothing: its token lies in its data folder.
 */
final class SecretPlaces {
  /** As the tracker calls it. */
  private static final String TOKEN_FILE = "admin.token";

  private static final String USUAL_FOLDER = "skep-data";

  private SecretPlaces() {}

  /**
   * Looks where the command line says, then in the environment, then in the tracker's address, and
   * for a tracker on this machine in its data folder.
   *
   * @param tokenFile file that holds the token
   * @param data the tracker's data folder
   * @param passkey what the tracker's address says
   * @throws Failure if what the command line names cannot be read
   */
  static AdminSecret find(
      Terminal terminal,
      Optional<Path> tokenFile,
      Optional<Path> data,
      Optional<String> passkey,
      URI tracker)
      throws Failure {
    Optional<Path> named = tokenFile.or(() -> data.map(folder -> folder.resolve(TOKEN_FILE)));
    if (named.isPresent()) {
      return read(named.get());
    }
    Optional<String> variable = terminal.variable("SKEP_ADMIN_TOKEN");
    if (variable.isPresent()) {
      return new AdminSecret(variable, "SKEP_ADMIN_TOKEN");
    }
    Path usual =
        Path.of(terminal.variable("SKEP_DATA_FOLDER").orElse(USUAL_FOLDER)).resolve(TOKEN_FILE);
    // Nobody else's tracker is told what opens ours.
    if (isHere(tracker) && Files.isReadable(usual)) {
      return read(usual);
    }
    return new AdminSecret(passkey, "the tracker's address");
  }

  private static AdminSecret read(Path file) throws Failure {
    try {
      return AdminSecret.read(file);
    } catch (NoSuchFileException e) {
      throw new Failure(file + ": no such file; is that the tracker's data folder?", e);
    } catch (FileSystemException e) {
      throw new Failure(file + ": cannot be read; run this as the user who runs the tracker", e);
    } catch (IOException e) {
      throw new Failure(String.valueOf(e.getMessage()), e);
    }
  }

  private static boolean isHere(URI tracker) {
    String host = tracker.getHost().replaceAll("[\\[\\]]", "");
    if (host.equalsIgnoreCase("localhost")) {
      return true;
    }
    try {
      InetAddress address = InetAddress.ofLiteral(host);
      return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    } catch (IllegalArgumentException | SocketException _) {
      return false; // a name, which may be anybody's
    }
  }
}
