package dev.skep.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.cli.console.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine;

/**
 * Writes what a system's own programs know commands by, for the distribution: manual pages and
 * scripts of completion, all from the model of the command line.
 */
final class ManPages {
  private ManPages() {}

  /** Writes them below the folder that is given, which is usually called {@code share}. */
  public static void main(String[] args) throws IOException {
    Path share = Path.of(args[0]);
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, UTF_8);
    Terminal nobody = Terminal.of(nowhere, nowhere, InputStream.nullInputStream(), Map.of());
    CommandLine root = SkepCommand.allCommands(nobody);
    Path pages = Files.createDirectories(share.resolve("man/man1"));
    write(root, String.join(" ", new SkepCommand.Version().getVersion()), pages);
    String script = AutoComplete.bash("skep", SkepCommand.allCommands(nobody));
    Path bash = Files.createDirectories(share.resolve("bash-completion/completions"));
    Files.writeString(bash.resolve("skep"), script);
    Path zsh = Files.createDirectories(share.resolve("zsh/site-functions"));
    Files.writeString(zsh.resolve("_skep"), forZsh(script));
  }

  /**
   * zsh loads such a file when it first completes: then no alias that the script makes is heeded,
   * and the words are to be completed at once.
   */
  private static String forZsh(String script) {
    return """
    #compdef skep
    (( $+functions[compopt] )) || compopt() { : }
    %s
    _bash_complete -o default -F _complete_skep
    """
        .formatted(script);
  }

  private static void write(CommandLine line, String version, Path pages) throws IOException {
    String name = ManPage.name(line.getCommandSpec());
    Files.writeString(pages.resolve(name + ".1"), ManPage.of(line, version));
    for (CommandLine below : line.getSubcommands().values()) {
      write(below, version, pages);
    }
  }
}
