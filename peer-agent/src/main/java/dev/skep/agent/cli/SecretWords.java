package dev.skep.agent.cli;

import dev.skep.agent.catalogue.AccessApi;
import dev.skep.agent.catalogue.AccessApi.SecretKind;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Table;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What {@code passkey} and {@code token} have in common. */
final class SecretWords {
  private final SecretKind kind;
  private final Terminal terminal;

  SecretWords(SecretKind kind, Terminal terminal) {
    this.kind = kind;
    this.terminal = terminal;
  }

  int list(AccessApi api, JsonOption json) throws IOException {
    List<JsonObject> secrets = api.secrets(kind);
    if (json.isOn()) {
      JsonOption.print(
          terminal,
          Json.createObjectBuilder().add("secrets", Json.createArrayBuilder(secrets)).build());
      return 0;
    }
    if (secrets.isEmpty()) {
      terminal.say(kind == SecretKind.PASSKEY ? "no passkeys" : "no tokens beside the admin token");
      return 0;
    }
    var table = new Table("id", "may", "made", "expires", "where", "note");
    for (JsonObject secret : secrets) {
      table.row(
          secret.getString("id", "-"),
          secret.getString("may", "-").replace("passkey", "announce"),
          secret.getString("made", "-"),
          secret.getBoolean("expired", false) ? "expired" : secret.getString("expires", "never"),
          secret.getBoolean("file", false) ? "file" : "here",
          secret.getString("note", ""));
    }
    table.lines().forEach(terminal.out()::println);
    return 0;
  }

  int expire(AccessApi api, String id, Duration in) throws IOException {
    api.expire(kind, id, in);
    terminal.out().println("expires " + (in.isZero() ? "now" : "in " + in.toSeconds() + " s"));
    return 0;
  }

  int revoke(AccessApi api, List<String> ids) throws IOException {
    for (String id : ids) {
      api.revoke(kind, id);
      terminal.out().println("revoked " + Text.printable(id));
    }
    return 0;
  }
}
