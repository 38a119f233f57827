package dev.skep.agent.cli.agent;

import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which agent a command asks, and who asks it. */
final class AgentAccess {
  private static final String USUAL = "127.0.0.1:9091";
  private static final int USUAL_PORT = 9091;

  @Option(
      names = "--agent",
      paramLabel = "HOST:PORT",
      description = "The agent to ask. Default: SKEP_AGENT, or 127.0.0.1:9091.")
  private @Nullable String agent;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "A file with one line, USER:PASSWORD. Default: what SKEP_AGENT says.")
  private @Nullable Path passwordFile;

  AgentApi api(Terminal terminal) throws WrongUsage, Failure {
    String text = agent != null ? agent : terminal.variable("SKEP_AGENT").orElse(USUAL);
    try {
      URI uri = URI.create(text.contains("://") ? text : "http://" + text);
      if (uri.getHost() == null || !uri.getScheme().matches("https?")) {
        throw new WrongUsage("--agent wants HOST:PORT, not '" + text + "'");
      }
      int port = uri.getPort() < 0 && uri.getScheme().equals("http") ? USUAL_PORT : uri.getPort();
      URI base = new URI(uri.getScheme(), null, uri.getHost(), port, null, null, null);
      return new AgentApi(base, account(uri));
    } catch (IllegalArgumentException | java.net.URISyntaxException e) {
      throw new WrongUsage("--agent wants HOST:PORT, not '" + text + "'");
    }
  }

  private Optional<String> account(URI uri) throws Failure {
    if (passwordFile == null) {
      return Optional.ofNullable(uri.getUserInfo());
    }
    try {
      return Files.readString(passwordFile).lines().findFirst().filter(line -> line.contains(":"));
    } catch (IOException e) {
      throw new Failure(passwordFile + " cannot be read: " + e.getMessage(), e);
    }
  }
}
