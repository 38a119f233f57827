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

/** Gives out and takes back passkeys; each method is a command. */
@Command(
    name = "passkey",
    description =
        "Gives out and takes back passkeys, with which peers of a private tracker announce.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {"", "Example: skep tracker passkey new --note 'the lab' --lasts 30d"})
final class PasskeyCommand {
  private static final String ID = "A passkey's id, as 'list' shows it.";

  private final Terminal terminal;
  private final SecretWords words;

  PasskeyCommand(Terminal terminal) {
    this.terminal = terminal;
    this.words = new SecretWords(SecretKind.PASSKEY, terminal);
  }

  @Command(
      name = "new",
      description = "Makes a passkey and prints it: it is shown only now.",
      footer = {"", "Example: skep tracker passkey new --note 'the lab' --lasts 30d"})
  int make(
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
            SecretKind.PASSKEY,
            Optional.empty(),
            note == null ? "" : note,
            Optional.ofNullable(lasts));
    if (json.isOn()) {
      JsonOption.print(terminal, made);
      return 0;
    }
    terminal.out().println(made.getString("passkey", ""));
    String path = made.getString("announcePath", "");
    terminal.say("peers announce to " + api.base() + path + "; its id is " + id(made));
    return 0;
  }

  private static String id(JsonObject made) {
    return made.getString("id", "-");
  }

  @Command(
      description = "Lists passkeys by their ids; nobody can show what they are.",
      footer = {"", "Example: skep tracker passkey list"})
  int list(@Mixin TrackerAccess tracker, @Mixin JsonOption json)
      throws Failure, WrongUsage, IOException {
    return words.list(tracker.api(terminal).access(), json);
  }

  @Command(
      description = "Says until when a passkey is good.",
      footer = {"", "Example: skep tracker passkey expire 9f86d081884c7d65 --in 1h"})
  int expire(
      @Parameters(paramLabel = "ID", description = ID) String id,
      @Option(names = "--in", paramLabel = "TIME", description = "From now. Default: now.")
          @Nullable Duration in,
      @Mixin TrackerAccess tracker)
      throws Failure, WrongUsage, IOException {
    return words.expire(tracker.api(terminal).access(), id, in == null ? Duration.ZERO : in);
  }

  @Command(
      description = "Takes passkeys back: from now on nobody announces with them.",
      footer = {"", "Example: skep tracker passkey revoke 9f86d081884c7d65"})
  int revoke(
      @Parameters(paramLabel = "ID", arity = "1..*", description = ID) List<String> ids,
      @Mixin TrackerAccess tracker)
      throws Failure, WrongUsage, IOException {
    return words.revoke(tracker.api(terminal).access(), ids);
  }
}
