package dev.skep.tracker.admin;

import dev.skep.tracker.access.AccessRules;
import dev.skep.tracker.access.GivenSecret;
import dev.skep.tracker.access.Grant;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** Passkeys and tokens: each is told once, when it is made. */
@Path("/api/v1/access")
@RequestScoped
@Needs(Grant.ADMINISTER)
@Produces(MediaType.APPLICATION_JSON)
public class SecretsResource {
  private static final int RANDOM_BYTES = 16;
  private static final String FOREVER = "forever";
  private static final Pattern SECONDS = Pattern.compile("\\d{1,10}");
  private static final Pattern PASSKEY = Pattern.compile("[0-9A-Za-z_-]{8,128}");

  private final AccessRules rules;
  private final CurrentAsker asker;

  @Inject
  public SecretsResource(AccessRules rules, CurrentAsker asker) {
    this.rules = rules;
    this.asker = asker;
  }

  /** A new passkey and the announce path that it makes; never told again. */
  public record NewPasskey(
      String passkey, String announcePath, String id, @Nullable String expires) {}

  /** A new token; never told again. */
  public record NewToken(String token, String may, String id, @Nullable String expires) {}

  @POST
  @Path("passkeys")
  @Operation(
      summary = "Makes a new passkey",
      description = "lasts is for how many seconds it is good, or forever.")
  public Response newPasskey(
      @QueryParam("note") @DefaultValue("") String note,
      @QueryParam("lasts") @DefaultValue(FOREVER) String lasts)
      throws IOException {
    String passkey = random();
    GivenSecret secret = give(passkey, Grant.PASSKEY, note, lasts);
    return Response.status(Status.CREATED)
        .entity(new NewPasskey(passkey, "/" + passkey + "/announce", secret.id(), expires(secret)))
        .build();
  }

  @POST
  @Path("tokens")
  @Operation(
      summary = "Makes a new token",
      description =
          "may is read, publish or administer: each allows what those before do. lasts is for how"
              + " many seconds it is good, or forever.")
  public Response newToken(
      @QueryParam("may") @DefaultValue("") String may,
      @QueryParam("note") @DefaultValue("") String note,
      @QueryParam("lasts") @DefaultValue(FOREVER) String lasts)
      throws IOException {
    Grant grant =
        Grant.of(may)
            .filter(each -> each != Grant.PASSKEY)
            .orElseThrow(() -> Parameters.wrong("may is read, publish or administer"));
    String token = random();
    GivenSecret secret = give(token, grant, note, lasts);
    return Response.status(Status.CREATED)
        .entity(new NewToken(token, grant.text(), secret.id(), expires(secret)))
        .build();
  }

  @PUT
  @Path("passkeys/{id}")
  @Operation(
      summary = "Changes a passkey's note, or until when it is good; or takes one that you chose",
      description = "What is no id of a passkey is one itself: 8 to 128 letters, digits, - and _.")
  public void changePasskey(
      @PathParam("id") String idOrPasskey,
      @QueryParam("note") @Nullable String note,
      @QueryParam("lasts") @Nullable String lasts)
      throws IOException {
    Optional<GivenSecret> given = own(idOrPasskey, SecretsResource::isPasskey);
    if (given.isPresent()) {
      change(given.get(), note, lasts);
      return;
    }
    if (!PASSKEY.matcher(idOrPasskey).matches()) {
      throw Parameters.wrong("a passkey has 8 to 128 letters, digits, hyphens or underscores");
    }
    give(idOrPasskey, Grant.PASSKEY, note == null ? "" : note, lasts == null ? FOREVER : lasts);
  }

  @PUT
  @Path("tokens/{id}")
  @Operation(summary = "Changes a token's note, or until when it is good")
  public void changeToken(
      @PathParam("id") String id,
      @QueryParam("note") @Nullable String note,
      @QueryParam("lasts") @Nullable String lasts)
      throws IOException {
    change(own(id, SecretsResource::isToken).orElseThrow(() -> unknown("token", id)), note, lasts);
  }

  @DELETE
  @Path("passkeys/{id}")
  @Operation(summary = "Revokes a passkey, which is given by its id or itself")
  public void revokePasskey(@PathParam("id") String id) throws IOException {
    revoke(own(id, SecretsResource::isPasskey).orElseThrow(() -> unknown("passkey", id)));
  }

  @DELETE
  @Path("tokens/{id}")
  @Operation(summary = "Revokes a token, which is given by its id or itself")
  public void revokeToken(@PathParam("id") String id) throws IOException {
    revoke(own(id, SecretsResource::isToken).orElseThrow(() -> unknown("token", id)));
  }

  private static boolean isPasskey(GivenSecret secret) {
    return secret.grant() == Grant.PASSKEY;
  }

  private static boolean isToken(GivenSecret secret) {
    return !isPasskey(secret);
  }

  private Optional<GivenSecret> own(String idOrText, Predicate<GivenSecret> wanted) {
    return rules
        .lists()
        .secret(idOrText)
        .or(() -> rules.lists().secret(GivenSecret.hexHash(idOrText)))
        .filter(wanted);
  }

  private RuntimeException unknown(String what, String id) {
    boolean inFile = rules.listsOfFile().secret(id).isPresent();
    return Parameters.refused(
        inFile ? Status.CONFLICT : Status.NOT_FOUND,
        inFile
            ? id + " stands in the file of skep.access.file; change it there"
            : "no " + what + " with that id was given out");
  }

  private GivenSecret give(String text, Grant grant, String note, String lasts) throws IOException {
    Instant now = rules.now().truncatedTo(ChronoUnit.SECONDS);
    GivenSecret secret =
        new GivenSecret(GivenSecret.hexHash(text), grant, note, Optional.of(now), end(lasts, now));
    put(secret);
    return secret;
  }

  private void change(GivenSecret before, @Nullable String note, @Nullable String lasts)
      throws IOException {
    GivenSecret after = note == null ? before : before.with(note);
    put(lasts == null ? after : after.until(end(lasts, rules.now())));
  }

  private void put(GivenSecret secret) throws IOException {
    try {
      rules.change(asker.actor(), lists -> lists.with(secret));
    } catch (IllegalArgumentException e) {
      throw Parameters.wrong(String.valueOf(e.getMessage()));
    }
  }

  private void revoke(GivenSecret secret) throws IOException {
    rules.change(asker.actor(), lists -> lists.without(secret));
  }

  private static Optional<Instant> end(String lasts, Instant now) {
    if (lasts.equals(FOREVER)) {
      return Optional.empty();
    }
    if (!SECONDS.matcher(lasts).matches()) {
      throw Parameters.wrong("lasts is a number of seconds from now, or " + FOREVER);
    }
    return Optional.of(now.truncatedTo(ChronoUnit.SECONDS).plusSeconds(Long.parseLong(lasts)));
  }

  private static @Nullable String expires(GivenSecret secret) {
    return secret.expires().map(Instant::toString).orElse(null);
  }

  private static String random() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }
}
