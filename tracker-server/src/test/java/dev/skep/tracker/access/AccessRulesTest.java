package dev.skep.tracker.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.address.IpAddress;
import dev.skep.tracker.access.AccessLists.Kind;
import dev.skep.tracker.announce.Access.Verdict;
import dev.skep.tracker.catalogue.KeptInMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may announce, how that changes while announces come, and what is written of it. */
class AccessRulesTest {
  private static final InfoHash HASH = InfoHash.fromHex("01".repeat(20));
  private static final IpAddress HERE = IpAddress.ofIpv4(0x0a000001);
  private static final PeerId CLIENT = client("-SK0100-123456789012");
  private static final Actor WHO = new Actor("a test", Optional.of(HERE));

  private final Path folder;
  private final KeptInMemory time = new KeptInMemory();
  private String kept = "";
  private boolean diskIsFull;
  private AccessRules rules;

  AccessRulesTest(@TempDir Path folder) {
    this.folder = folder;
    this.rules = rules(false);
  }

  private AccessRules rules(boolean passkeyRequired) {
    return new AccessRules(
        Mode.of(false, passkeyRequired),
        time.catalogue,
        (lists, _) -> {
          if (diskIsFull) {
            throw new IOException("the disk is full");
          }
          kept = new String(lists, StandardCharsets.UTF_8);
        },
        new AuditLog(folder, time),
        time);
  }

  private static PeerId client(String id) {
    return PeerId.of(id.getBytes(StandardCharsets.US_ASCII));
  }

  private String verdict(String passkey, PeerId client) {
    return switch (rules.mayAnnounce(HASH, passkey, HERE, client)) {
      case Verdict.Allowed() -> "allowed";
      case Verdict.Refused(String reason, var _) -> reason;
    };
  }

  private List<String> audit() throws IOException {
    Path file = folder.resolve("audit.log");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private GivenSecret give(String text, Grant grant, Optional<Duration> lasts) throws IOException {
    GivenSecret secret =
        new GivenSecret(
            GivenSecret.hexHash(text),
            grant,
            "lab",
            Optional.of(time.instant()),
            lasts.map(this::in));
    rules.change(WHO, lists -> lists.with(secret));
    return secret;
  }

  private java.time.Instant in(Duration lasts) {
    return time.instant().plus(lasts);
  }

  @Test
  void aClientThatIsDeniedAnnouncesNothingAndMayStillScrape() throws Exception {
    rules.change(WHO, lists -> lists.with(Kind.DENIED_CLIENTS, "-SK", "leeches"));
    assertThat(verdict("", CLIENT)).isEqualTo("this tracker does not serve your client");
    assertThat(verdict("", client("-TR4050-123456789012"))).isEqualTo("allowed");
    assertThat(rules.mayKnow(HASH, "", HERE)).isEqualTo(Verdict.ALLOWED);

    rules.change(WHO, lists -> lists.without(Kind.DENIED_CLIENTS, "-SK"));
    assertThat(verdict("", CLIENT)).isEqualTo("allowed");
    rules.change(WHO, lists -> lists.with(Kind.ALLOWED_CLIENTS, "-TR", ""));
    assertThat(verdict("", CLIENT)).isEqualTo("this tracker does not serve your client");
  }

  @Test
  void aPasskeyIsKnownByItsHashOnlyUntilItExpiresOrIsRevoked() throws Exception {
    rules = rules(true);
    assertThat(verdict("", CLIENT)).startsWith("this tracker needs a passkey");
    GivenSecret forever = give("key-forever", Grant.PASSKEY, Optional.empty());
    give("key-for-a-day", Grant.PASSKEY, Optional.of(Duration.ofDays(1)));
    assertThat(kept).contains(forever.sha256()).doesNotContain("key-forever");
    assertThat(String.join("", audit())).contains(forever.id()).doesNotContain("key-forever");

    for (int i = 0; i < 2; i++) { // also when it was looked up before
      assertThat(verdict("key-forever", CLIENT)).isEqualTo("allowed");
      assertThat(verdict("key-for-a-day", CLIENT)).isEqualTo("allowed");
      assertThat(verdict("key-of-nobody", CLIENT)).endsWith("does not know your passkey");
    }
    assertThat(verdict(forever.sha256(), CLIENT)).endsWith("does not know your passkey");
    time.pass(Duration.ofDays(1));
    assertThat(verdict("key-for-a-day", CLIENT)).startsWith("your passkey has expired");
    assertThat(rules.knows("key-for-a-day")).isFalse();
    assertThat(rules.knows("key-forever")).isTrue();

    rules.change(WHO, lists -> lists.without(forever));
    assertThat(verdict("key-forever", CLIENT)).endsWith("does not know your passkey");
  }

  @Test
  void theModeChangesWhileItRunsAndIsWrittenDown() throws Exception {
    assertThat(verdict("", CLIENT)).isEqualTo("allowed");
    String open = rules.fingerprint();
    rules.change(WHO, lists -> lists.with(Optional.of(Mode.PRIVATE)));
    assertThat(verdict("", CLIENT)).startsWith("this tracker needs a passkey");
    assertThat(kept).isEqualTo("mode\tprivate\t\n");
    assertThat(rules.fingerprint()).isNotEqualTo(open);
    rules.change(WHO, lists -> lists.with(Optional.of(Mode.REGISTERED)));
    assertThat(verdict("", CLIENT)).endsWith("is not registered with this tracker");
    assertThat(rules.servesAll()).isFalse();
    rules.change(WHO, lists -> lists.with(Optional.empty()));
    assertThat(verdict("", CLIENT)).isEqualTo("allowed");
    assertThat(rules.fingerprint()).isEqualTo(open);
    assertThat(audit())
        .map(line -> line.replaceAll(".*\"change\":", ""))
        .containsExactly(
            "\"added\",\"list\":\"mode\",\"entry\":\"private\",\"note\":\"\"}",
            "\"removed\",\"list\":\"mode\",\"entry\":\"private\",\"note\":\"\"}",
            "\"added\",\"list\":\"mode\",\"entry\":\"registered\",\"note\":\"\"}",
            "\"removed\",\"list\":\"mode\",\"entry\":\"registered\",\"note\":\"\"}");
  }

  @Test
  void theModeOfTheFileHoldsOverTheOneThatWasSet() throws Exception {
    rules.change(WHO, lists -> lists.with(Optional.of(Mode.OPEN)));
    rules.setListsOfFile(WHO, ListLines.read("mode private-registered"));
    assertThat(rules.mode()).isEqualTo(Mode.PRIVATE_REGISTERED);
    assertThatThrownBy(() -> ListLines.read("mode closed"))
        .hasMessage("line 1: a mode is one of open, registered, private, private-registered");
    assertThatThrownBy(() -> ListLines.read("mode open\nmode private"))
        .hasMessage("line 2: a second mode");
    rules.setListsOfFile(WHO, AccessLists.EMPTY);
    assertThat(rules.mode()).isEqualTo(Mode.OPEN);
  }

  @Test
  void aTokenIsNoPasskeyAndAPasskeyNoToken() throws Exception {
    rules = rules(true);
    give("a-token", Grant.ADMINISTER, Optional.empty());
    give("a-passkey", Grant.PASSKEY, Optional.empty());
    give("a-short-token", Grant.READ, Optional.of(Duration.ofHours(1)));
    assertThat(verdict("a-token", CLIENT)).endsWith("does not know your passkey");
    assertThat(rules.token("a-passkey")).isEmpty();
    assertThat(rules.token("a-token")).get().returns(Grant.ADMINISTER, GivenSecret::grant);
    assertThat(rules.token("a-short-token")).isPresent();
    time.pass(Duration.ofHours(1));
    assertThat(rules.token("a-short-token")).isEmpty();
  }

  @Test
  void eachChangeIsWrittenDownWithWhoAndWhenBeforeItHolds() throws Exception {
    rules.change(WHO, lists -> lists.with(Kind.DENIED_NETWORKS, "10.0.0.0/8", "\u202e\"x"));
    rules.change(WHO, lists -> lists.with(Kind.DENIED_NETWORKS, "10.0.0.0/8", "why"));
    rules.change(WHO, lists -> lists.with(Kind.DENIED_NETWORKS, "10.0.0.0/8", "why"));
    rules.change(WHO, lists -> lists.without(Kind.DENIED_NETWORKS, "10.0.0.0/8"));
    String begin =
        "{\"time\":\"%s\",\"who\":\"a test\",\"from\":\"10.0.0.1\",\"change\":\""
            .formatted(time.instant());
    assertThat(audit())
        .map(line -> line.replace(begin, ""))
        .containsExactly(
            "added\",\"list\":\"denied-networks\",\"entry\":\"10.0.0.0/8\","
                + "\"note\":\"\\u202e\\u0022x\"}",
            "changed\",\"list\":\"denied-networks\",\"entry\":\"10.0.0.0/8\",\"note\":\"why\"}",
            "removed\",\"list\":\"denied-networks\",\"entry\":\"10.0.0.0/8\",\"note\":\"why\"}");
  }

  @Test
  void whatCannotBeSavedOrWrittenDownDoesNotHold() throws Exception {
    diskIsFull = true;
    assertThatThrownBy(() -> rules.change(WHO, lists -> lists.with(Kind.DENIED_CLIENTS, "-SK", "")))
        .hasMessage("the disk is full");
    assertThat(verdict("", CLIENT)).isEqualTo("allowed");
    assertThat(audit().getLast()).contains("the change before did not happen: the disk is full");

    diskIsFull = false;
    Files.delete(folder.resolve("audit.log"));
    Files.createDirectory(folder.resolve("audit.log"));
    assertThatThrownBy(() -> rules.change(WHO, lists -> lists.with(Kind.DENIED_CLIENTS, "-SK", "")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nothing changes without it");
    assertThat(verdict("", CLIENT)).isEqualTo("allowed");
    assertThat(kept).isEmpty();
  }

  @Test
  void theAuditLogIsBoundedHoweverMuchChanges() throws Exception {
    Path file = folder.resolve("audit.log");
    String note = "n".repeat(200);
    AccessLists many = AccessLists.EMPTY;
    var entries = new AccessLists.Builder();
    IntStream.range(0, 5_000)
        .forEach(i -> entries.add(Kind.DENIED_NETWORKS, "10.0." + i / 256 + "." + i % 256, note));
    AccessLists all = entries.build();
    for (int i = 0; i < 20; i++) {
      AccessLists next = many.equals(all) ? AccessLists.EMPTY : all;
      rules.change(WHO, _ -> next);
      many = next;
    }
    assertThat(Files.readString(file)).contains("\"change\":\"and 4000 more at once\"");
    try (var files = Files.list(folder)) {
      assertThat(files)
          .hasSize(AuditLog.MOST_FILES + 1)
          .allSatisfy(each -> assertThat(Files.size(each)).isLessThan(AuditLog.MOST_BYTES));
    }
  }

  @Test
  void whatAnOperatorsFileHasHoldsBesideTheOtherListsAndIsNotSaved() throws Exception {
    rules.change(WHO, lists -> lists.with(Kind.DENIED_NETWORKS, "192.0.2.0/24", ""));
    Path file = folder.resolve("lists");
    Files.writeString(file, "denied-clients -SK\nread " + GivenSecret.hexHash("screen") + "\n");
    try (ListFile followed = ListFile.follow(file, rules)) {
      assertThat(verdict("", CLIENT)).isEqualTo("this tracker does not serve your client");
      assertThat(rules.token("screen")).isPresent();
      assertThat(kept).doesNotContain("-SK");
      assertThat(rules.mayKnow(HASH, "", IpAddress.ofIpv4(0xc0000201)))
          .isNotEqualTo(Verdict.ALLOWED);

      Files.writeString(file, "denied-clients -SK\nnonsense\n");
      followed.read();
      assertThat(followed.problem()).get().asString().contains("line 2: no list is called");
      assertThat(rules.token("screen")).as("the old ones hold").isPresent();

      Files.writeString(file, "denied-clients -TR\n");
      org.awaitility.Awaitility.await("the file is read by itself")
          .until(() -> verdict("", CLIENT).equals("allowed"));
      assertThat(followed.problem()).isEmpty();
      assertThat(rules.token("screen")).isEmpty();
      Files.delete(file);
      followed.read();
      assertThat(verdict("", client("-TR4050-123456789012"))).isNotEqualTo("allowed");
    }
    assertThat(audit())
        .anyMatch(line -> line.contains("holds from the start; entries: 2"))
        .anyMatch(
            line ->
                line.contains("\"who\":\"the file " + file)
                    && line.contains("\"removed\",\"list\":\"denied-clients\",\"entry\":\"-SK\""));
  }

  @Test
  void aFileThatCannotBeUsedEndsTheStart() throws Exception {
    Path file = folder.resolve("lists");
    assertThatThrownBy(() -> ListFile.follow(file, rules)).hasMessageStartingWith("there is no");
    Files.write(file, new byte[] {(byte) 0xc3, 'x'});
    assertThatThrownBy(() -> ListFile.follow(file, rules)).hasMessageContaining("no UTF-8 text");
    Files.writeString(file, "read x");
    assertThatThrownBy(() -> ListFile.follow(file, rules))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + " (skep.access.file), line 1: 'x' is no SHA-256");
  }
}
