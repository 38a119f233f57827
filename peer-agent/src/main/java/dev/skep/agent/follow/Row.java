package dev.skep.agent.follow;

import dev.skep.agent.trust.Signature;
import dev.skep.agent.trust.Statement;
import dev.skep.protocol.InfoHash;
import jakarta.json.JsonException;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** A torrent as a catalogue carries it. */
record Row(Statement statement, Optional<Signature> signature) {
  InfoHash hash() {
    return statement.infoHash();
  }

  /** Nothing if it makes no sense. */
  static Optional<Row> of(JsonObject json) {
    try {
      Statement statement =
          new Statement(
              InfoHash.fromHex(json.getString("infoHash")),
              json.getString("name"),
              json.getJsonArray("labels").getValuesAs(JsonString::getString),
              Instant.parse(json.getString("published")).truncatedTo(ChronoUnit.SECONDS));
      Optional<Signature> signature =
          json.containsKey("signature")
              ? Optional.of(new Signature(json.getString("signature"), json.getString("signer")))
              : Optional.empty();
      return Optional.of(new Row(statement, signature));
    } catch (NullPointerException
        | ClassCastException
        | IllegalArgumentException
        | DateTimeException
        | JsonException e) { // a member is missing, of another kind, or out of its range
      return Optional.empty();
    }
  }
}
