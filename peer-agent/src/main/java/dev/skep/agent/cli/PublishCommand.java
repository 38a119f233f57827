package dev.skep.agent.cli;

import dev.skep.agent.catalogue.TrackerApi;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.trust.PublishedAs;
import dev.skep.agent.trust.SigningKey;
import dev.skep.protocol.metainfo.Metainfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "publish",
    description =
        "Puts a torrent into a tracker's catalogue, for 'skep get NAME' and for agents that follow"
            + " a label.",
    sortOptions = false,
    footer = {
      "",
      "Example: ${COMMAND-FULL-NAME} site.torrent --label web --sign release.key",
    })
final class PublishCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "FILE", description = "A .torrent file.")
  private Path file = Path.of("");

  @Option(
      names = "--label",
      paramLabel = "LABEL",
      description = "What agents follow it by. May be repeated.")
  private List<String> labels = List.of();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What the catalogue calls it. Default: the torrent's own name.")
  private @Nullable String name;

  @Option(
      names = "--sign",
      paramLabel = "KEYFILE",
      description = "Sign it with the private key that 'skep keygen' made.")
  private @Nullable Path keyFile;

  @Mixin private TrackerAccess tracker = new TrackerAccess();

  PublishCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Failure, WrongUsage, IOException {
    byte[] torrent = TorrentFiles.readBytes(file);
    Metainfo metainfo = TorrentFiles.parse(torrent, file.toString());
    TrackerApi api = tracker.api(terminal);
    String called = name == null ? metainfo.name() : name;
    api.publish(torrent, about(metainfo, called, labels, key(keyFile)));
    terminal.out().println("published " + metainfo.infoHash().hex() + " " + Text.printable(called));
    return 0;
  }

  /** What signs it, if a file with that is named. */
  static Optional<SigningKey> key(@Nullable Path file) throws IOException {
    return file == null ? Optional.empty() : Optional.of(SigningKey.read(file));
  }

  /** What the catalogue is told of it, signed if there is a key. */
  static Map<String, List<String>> about(
      Metainfo metainfo, String called, List<String> labels, Optional<SigningKey> key)
      throws WrongUsage {
    try {
      return PublishedAs.of(metainfo.infoHash(), called, labels, key, Instant.now());
    } catch (IllegalArgumentException e) {
      throw new WrongUsage("it cannot be signed: " + e.getMessage());
    }
  }
}
