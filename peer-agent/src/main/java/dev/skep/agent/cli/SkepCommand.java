package dev.skep.agent.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.agent.cli.agent.AgentCommand;
import dev.skep.agent.cli.agent.DhtCommand;
import dev.skep.agent.cli.console.ByteRate;
import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.TimeSpan;
import dev.skep.agent.cli.swarm.SwarmCommand;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The root of the command line; each command is a class of its own beside this one. */
public final class SkepCommand {
  private static final int MIN_HELP_COLUMNS = 55;

  private SkepCommand() {}

  /** Every command by name, in the order of help; made only when it is needed. */
  private static Map<String, Function<Terminal, Object>> commands(String[] args) {
    var commands = new LinkedHashMap<String, Function<Terminal, Object>>();
    commands.put("create", terminal -> new CreateCommand(terminal).spec());
    commands.put("info", InfoCommand::new);
    commands.put("magnet", MagnetCommand::new);
    commands.put("verify", VerifyCommand::new);
    commands.put("seed", SeedCommand::new);
    commands.put("get", GetCommand::new);
    commands.put("scrape", ScrapeCommand::new);
    commands.put("push", PushCommand::new);
    commands.put("rollout", RolloutCommand::new);
    commands.put("publish", PublishCommand::new);
    commands.put("keygen", KeygenCommand::new);
    commands.put("tracker", TrackerCommand::line);
    boolean justRun = args.length > 1 && args[1].equals("run");
    commands.put("agent", terminal -> AgentCommand.spec(terminal, justRun));
    commands.put("dht", DhtCommand::new);
    commands.put("share", ShareCommand::new);
    commands.put("swarm", SwarmCommand::new);
    commands.put("shell", ShellCommand::new);
    commands.put("completion", CompletionCommand::new);
    return commands;
  }

  /** Runs the command that {@code words} name. Returns 0 done, 1 failed, 2 wrong usage. */
  public static int run(Terminal terminal, String... words) {
    String[] args = words.length > 0 && words[0].equals("help") ? helpAsOption(words) : words;
    var err = new PrintWriter(terminal.err(), true, UTF_8);
    boolean quiet = Arrays.stream(args).anyMatch(arg -> arg.matches("-q|--quiet"));
    CommandLine line = commandLine(quiet ? terminal.quietly() : terminal, args).setErr(err);
    if (args.length == 0 || Arrays.stream(args).anyMatch(SkepCommand::isHelp)) {
      HelpText.keepUrls(line);
      line.setUsageHelpWidth(Math.max(MIN_HELP_COLUMNS, terminal.columns()));
    }
    var plain = new OutputStreamWriter(terminal.out(), UTF_8);
    return line.setOut(new PrintWriter(HelpText.shown(plain), true)).execute(args);
  }

  /** Many type {@code skep help COMMAND} for {@code skep COMMAND --help}. */
  private static String[] helpAsOption(String[] words) {
    Stream<String> command = Arrays.stream(words).skip(1).filter(word -> !isHelp(word));
    return Stream.concat(command, Stream.of("--help")).toArray(String[]::new);
  }

  private static boolean isHelp(String word) {
    return word.equals("-h") || word.equals("--help");
  }

  private static CommandLine commandLine(Terminal terminal, String[] args) {
    CommandLine root = new CommandLine(root());
    var commands = commands(args);
    // Reflection over all commands takes longer than most of them: only the named one is built.
    String named = args.length > 0 && commands.containsKey(args[0]) ? args[0] : "";
    boolean justVersion = args.length == 1 && args[0].matches("-V|--version");
    commands.forEach(
        (name, make) -> {
          if (name.equals(named) || (named.isEmpty() && !justVersion)) {
            root.addSubcommand(name, make.apply(terminal));
          }
        });
    convert(root, Path.class, Path::of);
    convert(root, ByteSize.class, ByteSize::parse);
    convert(root, ByteRate.class, ByteRate::parse);
    convert(root, Duration.class, TimeSpan::parse);
    convert(root, int.class, SkepCommand::whole);
    convert(root, Integer.class, SkepCommand::whole);
    var errors = new Errors(terminal);
    return root.setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionStrategy(errors::unlessUnknown)
        .setParameterExceptionHandler(errors::wrongUsage)
        .setExecutionExceptionHandler(errors::failed);
  }

  /** The whole tree of commands. */
  static CommandLine allCommands(Terminal terminal) {
    return commandLine(terminal, new String[0]);
  }

  private static CommandSpec root() {
    CommandSpec root = CommandSpec.create().name("skep").versionProvider(new Version());
    root.usageMessage()
        .description("Moves big files to many machines, over BitTorrent.")
        .synopsisSubcommandLabel("COMMAND")
        .footer(
            "",
            "Exit status: 0 done, 1 failed, 2 wrong usage.",
            "'skep COMMAND --help' shows a command's options and an example.");
    return root.addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .scopeType(ScopeType.INHERIT)
                .description("Show this help and exit.")
                .build())
        .addOption(
            OptionSpec.builder("-q", "--quiet")
                .type(boolean.class)
                .scopeType(ScopeType.INHERIT)
                .description("Say only results and what goes wrong.")
                .build())
        .addOption(
            OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Show the version and exit.")
                .build());
  }

  private static Integer whole(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a whole number", e);
    }
  }

  private static <T> void convert(CommandLine root, Class<T> type, Function<String, T> parse) {
    ITypeConverter<T> converter =
        text -> {
          try {
            return parse.apply(text);
          } catch (IllegalArgumentException e) {
            throw new TypeConversionException(String.valueOf(e.getMessage()));
          }
        };
    root.registerConverter(type, converter);
  }

  /** The version that stands in the jar's manifest. */
  static final class Version implements IVersionProvider {
    Version() {}

    @Override
    public String[] getVersion() {
      String version = SkepCommand.class.getPackage().getImplementationVersion();
      return new String[] {"skep " + (version == null ? "(not packed)" : version)};
    }
  }
}
