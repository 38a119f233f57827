package dev.skep.tracker.admin;

import dev.skep.tracker.access.AccessLists;
import dev.skep.tracker.access.AccessLists.Kind;
import dev.skep.tracker.access.AccessRules;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
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
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Lists of who may announce what. Reading them is for administrators too: they hold passkeys. */
@Path("/api/v1/access")
@RequestScoped
@Administration
@Produces(MediaType.APPLICATION_JSON)
public class AccessResource {
  private static final int PASSKEY_BYTES = 16;

  private final AccessRules rules;

  @Inject
  public AccessResource(AccessRules rules) {
    this.rules = rules;
  }

  @GET
  @Operation(
      summary =
          "All lists: allowed-torrents, denied-torrents, allowed-networks, denied-networks,"
              + " passkeys")
  public SortedMap<String, SortedMap<String, String>> all() {
    var lists = new TreeMap<String, SortedMap<String, String>>();
    for (Kind kind : Kind.values()) {
      lists.put(kind.text(), rules.lists().entries(kind));
    }
    return lists;
  }

  @PUT
  @Path("{list}/{entry: .+}")
  @Operation(summary = "Adds an entry: an info-hash, a block of addresses or a passkey")
  public void put(
      @PathParam("list") String list,
      @PathParam("entry") String entry,
      @QueryParam("note") @DefaultValue("") String note)
      throws IOException {
    Kind kind = kind(list);
    change(lists -> lists.with(kind, entry, note));
  }

  @DELETE
  @Path("{list}/{entry: .+}")
  @Operation(summary = "Removes an entry")
  public void remove(@PathParam("list") String list, @PathParam("entry") String entry)
      throws IOException {
    Kind kind = kind(list);
    if (!rules.lists().entries(kind).containsKey(entry)) {
      throw Parameters.refused(Status.NOT_FOUND, entry + " is not on the list " + list);
    }
    change(lists -> lists.without(kind, entry));
  }

  /** A passkey and the announce path that it makes. */
  public record Passkey(String passkey, String announcePath) {}

  @POST
  @Path("passkeys")
  @Operation(summary = "Makes a new passkey")
  public Response newPasskey(@QueryParam("note") @DefaultValue("") String note) throws IOException {
    byte[] random = new byte[PASSKEY_BYTES];
    new SecureRandom().nextBytes(random);
    String passkey = HexFormat.of().formatHex(random);
    change(lists -> lists.with(Kind.PASSKEYS, passkey, note));
    return Response.status(Status.CREATED)
        .entity(new Passkey(passkey, "/" + passkey + "/announce"))
        .build();
  }

  @POST
  @Path("confirm")
  @Operation(
      summary = "After lists were lost: those that hold now are right, and announces are served")
  public void confirm() throws IOException {
    rules.confirm();
  }

  private void change(UnaryOperator<AccessLists> change) throws IOException {
    try {
      rules.change(change);
    } catch (IllegalArgumentException e) {
      throw Parameters.wrong(String.valueOf(e.getMessage()));
    }
  }

  private static Kind kind(String list) {
    return Kind.of(list)
        .orElseThrow(() -> Parameters.refused(Status.NOT_FOUND, "there is no list " + list));
  }
}
