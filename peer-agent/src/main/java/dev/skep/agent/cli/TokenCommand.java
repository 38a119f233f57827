package dev.skep.agent.cli;

import dev.skep.agent.catalogue.AccessApi;
import dev.skep.agent.catalogue.AccessApi.SecretKind;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives out and takes back tokens; each method is a command. */
@Command(
    name = "token",
    description = "Gives out and takes back tokens, with which people and programs use the API.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "A token may read everything, or publish too, or administer as well. The admin token is not"
          + " among them: it lies in the tracker's data folder.",
      "",
      "Example: skep tracker token new --may publish --note 'build server'",
    })
final class TokenCommand {
  private static final String ID = "A token's id, as 'list' shows it.";

  private final Terminal terminal;
  private final SecretWords words;

  TokenCommand(Terminal terminal) {
    this.terminal = terminal;
    this.words = new SecretWords(SecretKind.TOKEN, terminal);
  }

  @Command(
      name = "new",
      description = "Makes a token and prints it: it is shown only now.",
      footer = {"", "Example: skep tracker token new --may read --note monitoring > token"})
  int make(
      @Option(
              names = "--may",
              paramLabel = "WHAT",
              required = true,
              description =
                  "What it is good for: read, publish (and begin rollouts), or administer. Each"
                      + " allows what those before do.")
          String may,
      @Option(names = "--note", paramLabel = "TEXT", description = "Whose it is.")
          @Nullable String note,
      @Option(
              names = "--lasts",
              paramLabel = "TIME",
              description = "For how long it is good, such as 30d. Default: until it is revoked.")
          @Nullable Duration lasts,
      @Mixin TrackerAccess tracker,
      @Mixin JsonOption json)
      throws Failure, WrongUsage, IOException {
    AccessApi api = tracker.api(terminal).access();
    JsonObject made =
        api.make(
            SecretKind.TOKEN,
            Optional.of(may),
            note == null ? "" : note,
            Optional.ofNullable(lasts));
    if (json.isOn()) {
      JsonOption.print(terminal, made);
      return 0;
    }
    terminal.out().println(made.getString("token", ""));
    terminal.say(
        "commands take it from --token-file FILE or SKEP_ADMIN_TOKEN; its id is "
            + made.getString("id", "-"));
    return 0;
  }

  @Command(
      description = "Lists tokens by their ids; nobody can show what they are.",
      footer = {"", "Example: skep tracker token list"})
  int list(@Mixin TrackerAccess tracker, @Mixin JsonOption json)
      throws Failure, WrongUsage, IOException {
    return words.list(tracker.api(terminal).access(), json);
  }

  @Command(
      description = "Says until when a token is good.",
      footer = {"", "Example: skep tracker token expire 9f86d081884c7d65 --in 1h"})
  int expire(
      @Parameters(paramLabel = "ID", description = ID) String id,
      @Option(names = "--in", paramLabel = "TIME", description = "From now. Default: now.")
          @Nullable Duration in,
      @Mixin TrackerAccess tracker)
      throws Failure, WrongUsage, IOException {
    return words.expire(tracker.api(terminal).access(), id, in == null ? Duration.ZERO : in);
  }

  @Command(
      description = "Takes tokens back: from now on they open nothing.",
      footer = {"", "Example: skep tracker token revoke 9f86d081884c7d65"})
  int revoke(
      @Parameters(paramLabel = "ID", arity = "1..*", description = ID) List<String> ids,
      @Mixin TrackerAccess tracker)
      throws Failure, WrongUsage, IOException {
    return words.revoke(tracker.api(terminal).access(), ids);
  }
}
