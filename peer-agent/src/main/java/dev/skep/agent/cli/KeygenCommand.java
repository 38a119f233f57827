package dev.skep.agent.cli;

import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.trust.SigningKey;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "keygen",
    description = "Makes a key that signs what is published, and prints its public half.",
    footer = {
      "",
      "FILE is for whoever publishes ('skep publish --sign FILE'), and nobody else. FILE.pub goes"
          + " to the agents: a line of the file that skep.agent.follow.trust names.",
      "",
      "Example: skep keygen release.key"
    })
final class KeygenCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "FILE", description = "Where to write the private key.")
  private Path file = Path.of("");

  KeygenCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Failure, IOException {
    try {
      terminal.out().println(SigningKey.generate(file));
      return 0;
    } catch (FileAlreadyExistsException e) {
      throw new Failure(e.getFile() + ": exists already; a key is never overwritten", e);
    } catch (NoSuchFileException e) {
      throw new Failure(file + ": there is no such folder; make it, or name another", e);
    }
  }
}
