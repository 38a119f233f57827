package dev.skep.tracker.admin;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.tracker.catalogue.Publication;
import dev.skep.tracker.catalogue.Publication.Signature;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** What is said of a torrent that is to be registered. */
public class PublicationParameters {
  private static final int SIGNATURE_BYTES = 64;

  /** An Ed25519 key by itself, or as an X.509 SubjectPublicKeyInfo. */
  private static final Set<Integer> SIGNER_BYTES = Set.of(32, 44);

  @QueryParam("name")
  @Parameter(description = "What the catalogue calls it, else its own name")
  @Nullable String name;

  @QueryParam("label")
  @Parameter(description = "What it belongs to; up to 16 of A-Z a-z 0-9 . _ - each")
  @Nullable List<String> labels;

  @QueryParam("published")
  @Parameter(
      description = "When, in seconds since 1970; only with a signature of it, or with completed")
  @Nullable String published;

  @QueryParam("signature")
  @Parameter(description = "An Ed25519 signature in Base64; kept and shown as it is, not checked")
  @Nullable String signature;

  @QueryParam("signer")
  @Parameter(description = "The public key of it, in Base64")
  @Nullable String signer;

  @QueryParam("completed")
  @Parameter(
      description = "How often it was completed so far, at least; only from who may administer")
  @Nullable String completed;

  String name(Metainfo metainfo) {
    return name == null ? metainfo.name() : name;
  }

  /**
   * What it says; labels are not checked.
   *
   * @param now when it is published, unless it says when
   * @param restores whether it may say so without a signature
   */
  Publication publication(Instant now, boolean restores) {
    Optional<Signature> signed = signed();
    if (published != null && signed.isEmpty() && !(restores && completed != null)) {
      throw Parameters.wrong("published is for publications with a signature");
    }
    return new Publication(labels == null ? List.of() : labels, when(now), signed);
  }

  /**
   * How often it was completed before.
   *
   * @param restores whether it may say so
   */
  int completed(boolean restores) {
    if (completed == null) {
      return 0;
    }
    if (!restores) {
      throw Parameters.refused(
          Response.Status.FORBIDDEN, "completed is for who sends a token that may administer");
    }
    return Parameters.number("completed", completed, 0, 999_999_999);
  }

  private Instant when(Instant now) {
    if (published == null) {
      return now;
    }
    if (!published.matches("\\d{1,11}")) {
      throw Parameters.wrong("published is a number of seconds since 1970");
    }
    return Instant.ofEpochSecond(Long.parseLong(published));
  }

  private Optional<Signature> signed() {
    if (signature == null && signer == null) {
      return Optional.empty();
    }
    if (signature == null || signer == null) {
      throw Parameters.wrong("signature and signer come together");
    }
    if (bytes("signature", signature) != SIGNATURE_BYTES) {
      throw Parameters.wrong("signature is not the Base64 of 64 bytes");
    }
    if (!SIGNER_BYTES.contains(bytes("signer", signer))) {
      throw Parameters.wrong(
          "signer is not the Base64 of an Ed25519 key: 32 bytes, or 44 of X.509");
    }
    return Optional.of(new Signature(signature, signer));
  }

  private static int bytes(String what, String base64) {
    try {
      return Base64.getDecoder().decode(base64).length;
    } catch (IllegalArgumentException _) {
      throw Parameters.wrong(what + " is not Base64; + and / have to be percent-encoded");
    }
  }
}
