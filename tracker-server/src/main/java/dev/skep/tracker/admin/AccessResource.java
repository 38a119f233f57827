package dev.skep.tracker.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.skep.tracker.access.AccessLists;
import dev.skep.tracker.access.AccessLists.Kind;
import dev.skep.tracker.access.AccessRules;
import dev.skep.tracker.access.Grant;
import dev.skep.tracker.access.ListLines;
import dev.skep.tracker.access.Mode;
import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
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
import jakarta.ws.rs.core.Response.Status;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Lists of who may announce what. {@link SecretsResource} has passkeys and tokens. */
@Path("/api/v1/access")
@RequestScoped
@Needs(Grant.ADMINISTER)
@Produces(MediaType.APPLICATION_JSON)
public class AccessResource {
  private static final int MOST_LINES_BYTES = 1 << 20;

  private final AccessRules rules;
  private final CurrentAsker asker;

  @Inject
  public AccessResource(AccessRules rules, CurrentAsker asker) {
    this.rules = rules;
    this.asker = asker;
  }

  /**
   * An entry of a list.
   *
   * @param file whether it stands in the operator's file, and so is changed there only
   */
  public record ListEntry(String entry, String note, boolean file) {}

  /**
   * To whom the tracker is open.
   *
   * @param from who says so: {@code configuration}, {@code api} or {@code file}
   */
  public record ModeInfo(String mode, String from) {}

  /**
   * Who may do what.
   *
   * @param lists by their names
   * @param secrets passkeys and tokens that were given out, without what they are
   */
  public record AllAccess(
      ModeInfo mode, Map<String, List<ListEntry>> lists, List<SecretInfo> secrets) {}

  @GET
  @Operation(
      summary =
          "All lists (allowed-torrents, denied-torrents, allowed-networks, denied-networks,"
              + " allowed-clients, denied-clients), and all passkeys and tokens by their ids")
  public AllAccess all() {
    var lists = new TreeMap<String, List<ListEntry>>();
    for (Kind kind : Kind.values()) {
      List<ListEntry> entries = new ArrayList<>();
      add(rules.lists(), kind, false, entries);
      add(rules.listsOfFile(), kind, true, entries);
      lists.put(kind.text(), entries);
    }
    return new AllAccess(shownMode(), lists, SecretInfo.all(rules));
  }

  private ModeInfo shownMode() {
    String here = rules.lists().mode().isPresent() ? "api" : "configuration";
    return new ModeInfo(
        rules.mode().text(), rules.listsOfFile().mode().isPresent() ? "file" : here);
  }

  @PUT
  @Path("mode/{mode}")
  @Operation(
      summary = "Opens the tracker to everybody, or to fewer, from now on",
      description =
          "open, registered (only registered and allowed torrents), private (only with a passkey)"
              + " or private-registered. It holds over what is configured.")
  public void setMode(@PathParam("mode") String mode) throws IOException {
    changeMode(lists -> lists.with(Optional.of(Mode.of(mode))));
  }

  @DELETE
  @Path("mode")
  @Operation(summary = "The tracker is open again as it is configured")
  public void forgetMode() throws IOException {
    changeMode(lists -> lists.with(Optional.empty()));
  }

  private void changeMode(UnaryOperator<AccessLists> change) throws IOException {
    if (rules.listsOfFile().mode().isPresent()) {
      throw Parameters.refused(
          Status.CONFLICT, "the mode stands in the file of skep.access.file; change it there");
    }
    change(change);
  }

  private static void add(AccessLists lists, Kind kind, boolean file, List<ListEntry> entries) {
    lists.entries(kind).forEach((entry, note) -> entries.add(new ListEntry(entry, note, file)));
  }

  @GET
  @Path("lines")
  @Produces(MediaType.TEXT_PLAIN)
  @Operation(
      summary = "Everything that the API keeps, as lines of text, as skep.access.file has them",
      description = "Of passkeys and tokens there are hashes, by which another tracker knows them.")
  public String lines() {
    return ListLines.write(rules.lists());
  }

  @POST
  @Path("lines")
  @Consumes(MediaType.TEXT_PLAIN)
  @Operation(summary = "Adds entries, passkeys and tokens as such lines have them; 1 MiB at most")
  public void add(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(MOST_LINES_BYTES + 1);
    if (bytes.length > MOST_LINES_BYTES) {
      throw Parameters.refused(
          Status.REQUEST_ENTITY_TOO_LARGE, "more than 1 MiB of lines; send some at a time");
    }
    change(lists -> lists.with(ListLines.read(new String(bytes, UTF_8))));
  }

  @PUT
  @Path("{list}/{entry: .+}")
  @Operation(
      summary =
          "Adds an entry: an info-hash, a block of addresses, or the beginning of a client's peer"
              + " ids")
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
      boolean inFile = rules.listsOfFile().entries(kind).containsKey(entry);
      throw Parameters.refused(
          inFile ? Status.CONFLICT : Status.NOT_FOUND,
          Parameters.shown(entry)
              + (inFile
                  ? " stands in the file of skep.access.file; take it out there"
                  : " is not on the list " + list));
    }
    change(lists -> lists.without(kind, entry));
  }

  @POST
  @Path("confirm")
  @Operation(
      summary = "After lists were lost: those that hold now are right, and announces are served")
  public void confirm() throws IOException {
    rules.confirm(asker.actor());
  }

  private void change(UnaryOperator<AccessLists> change) throws IOException {
    try {
      rules.change(asker.actor(), change);
    } catch (IllegalArgumentException e) {
      throw Parameters.wrong(String.valueOf(e.getMessage()));
    }
  }

  private static Kind kind(String list) {
    return Kind.of(list)
        .orElseThrow(
            () ->
                Parameters.refused(Status.NOT_FOUND, "there is no list " + Parameters.shown(list)));
  }
}
