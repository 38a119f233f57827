package dev.skep.agent.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The root of the command line; each command is a class of its own beside this one. */
@Command(
    name = "skep",
    mixinStandardHelpOptions = true,
    versionProvider = SkepMain.Version.class,
    description = "Moves big files to many machines, over BitTorrent.",
    subcommands = {})
public final class SkepMain implements Runnable {
  @Spec private CommandSpec spec;

  SkepMain() {}

  /** Runs one command and exits: 0 done, 1 failed, 2 wrong usage. */
  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    return new CommandLine(new SkepMain());
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command.");
  }

  /** The version that stands in the jar's manifest. */
  static final class Version implements IVersionProvider {
    Version() {}

    @Override
    public String[] getVersion() {
      String version = SkepMain.class.getPackage().getImplementationVersion();
      return new String[] {"skep " + (version == null ? "(not packed)" : version)};
    }
  }
}
