package dev.skep.tracker.admin;

import dev.skep.tracker.access.AccessRules;
import dev.skep.tracker.access.GivenSecret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A passkey or token that was given out.
 *
 * @param id what it is called by; nobody can make the secret of it
 * @param may passkey, read, publish or administer
 * @param made when it was given out (RFC 3339), where that is known
 * @param expires from when on it is worth nothing, if ever
 * @param expired whether that is so now
 * @param file whether it stands in the operator's file, and so is changed there only
 */
public record SecretInfo(
    String id,
    String may,
    String note,
    @Nullable String made,
    @Nullable String expires,
    boolean expired,
    boolean file) {
  static SecretInfo of(GivenSecret secret, boolean file, Instant now) {
    return new SecretInfo(
        secret.id(),
        secret.grant().text(),
        secret.note(),
        secret.made().map(Instant::toString).orElse(null),
        secret.expires().map(Instant::toString).orElse(null),
        !secret.isGood(now),
        file);
  }

  static List<SecretInfo> all(AccessRules rules) {
    List<SecretInfo> all = new ArrayList<>();
    rules.lists().secrets().forEach(secret -> all.add(of(secret, false, rules.now())));
    rules.listsOfFile().secrets().forEach(secret -> all.add(of(secret, true, rules.now())));
    return all;
  }
}
