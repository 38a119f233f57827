package dev.skep.agent.trust;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.skep.protocol.InfoHash;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustTest {
  private static final InfoHash HASH = InfoHash.fromHex("0123456789abcdef0123456789abcdef01234567");
  private static final Instant NOON = Instant.ofEpochSecond(1_800_000_000);
  private static final Statement SITE =
      new Statement(HASH, "site.tar", List.of("web", "stable"), NOON);

  @TempDir private Path temp;
  private Path file;
  private SigningKey key;

  @BeforeEach
  void generate() throws Exception {
    file = temp.resolve("key");
    SigningKey.generate(file);
    key = SigningKey.read(file);
  }

  private TrustedKeys trusted() throws IOException {
    return TrustedKeys.read(temp.resolve("key.pub"));
  }

  @Test
  void whatIsSignedIsFiveLines() {
    assertThat(new String(SITE.signedBytes(), UTF_8))
        .isEqualTo(
            """
            skep-publication-1
            0123456789abcdef0123456789abcdef01234567
            site.tar
            stable,web
            1800000000
            """);
  }

  @Test
  void whatOneOfTheKeysSignedIsTrusted() throws Exception {
    assertThat(trusted().refusal(SITE, key.sign(SITE))).isEmpty();
    assertThat(Base64.getDecoder().decode(key.publicKey())).hasSize(32);
  }

  @Test
  void theKeyMayStandInX509sForm() throws Exception {
    byte[] head = HexFormat.of().parseHex("302a300506032b6570032100");
    byte[] raw = Base64.getDecoder().decode(key.publicKey());
    byte[] x509 = new byte[44];
    System.arraycopy(head, 0, x509, 0, 12);
    System.arraycopy(raw, 0, x509, 12, 32);
    String text = Base64.getEncoder().encodeToString(x509);
    Files.writeString(temp.resolve("list"), "# ours\n\n" + text + " Ada's key\n");
    TrustedKeys keys = TrustedKeys.read(temp.resolve("list"));
    assertThat(keys.refusal(SITE, key.sign(SITE))).isEmpty();
    assertThat(keys.refusal(SITE, new Signature(key.sign(SITE).bytes(), text))).isEmpty();
  }

  @Test
  void whateverIsChangedBreaksTheSignature() throws Exception {
    Signature signature = key.sign(SITE);
    InfoHash other = InfoHash.fromHex("1123456789abcdef0123456789abcdef01234567");
    for (Statement changed :
        List.of(
            new Statement(other, "site.tar", List.of("web", "stable"), NOON),
            new Statement(HASH, "Site.tar", List.of("web", "stable"), NOON),
            new Statement(HASH, "site.tar", List.of("web"), NOON),
            new Statement(HASH, "site.tar", List.of("web", "stable"), NOON.plusSeconds(1)))) {
      assertThat(trusted().refusal(changed, signature)).contains("its signature is wrong");
    }
  }

  @Test
  void aStrangersSignatureAndNoSignatureAtAllAreRefused() throws Exception {
    SigningKey.generate(temp.resolve("stranger"));
    SigningKey stranger = SigningKey.read(temp.resolve("stranger"));
    assertThat(trusted().refusal(SITE, stranger.sign(SITE)))
        .contains("who signed it is not among the trusted keys");
    String ours = key.publicKey();
    assertThat(trusted().refusal(SITE, new Signature(stranger.sign(SITE).bytes(), ours)))
        .contains("its signature is wrong");
    for (String bytes : List.of("", "AAAA", "?", "A".repeat(88))) {
      assertThat(trusted().refusal(SITE, new Signature(bytes, ours))).isPresent();
      assertThat(trusted().refusal(SITE, new Signature(key.sign(SITE).bytes(), bytes))).isPresent();
    }
  }

  @Test
  void twoPublicationsAreNeverTheSameBytes() {
    assertThatThrownBy(() -> new Statement(HASH, "a\nweb", List.of(), NOON))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Statement(HASH, "a", List.of("b\n"), NOON))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Statement(HASH, "a", List.of("b,c"), NOON))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeyIsNeverOverwrittenAndOnlyItsOwnersToRead() throws Exception {
    byte[] before = Files.readAllBytes(file);
    assertThatThrownBy(() -> SigningKey.generate(file))
        .isInstanceOf(FileAlreadyExistsException.class);
    Files.delete(temp.resolve("key.pub"));
    assertThatThrownBy(() -> SigningKey.generate(file))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(file).hasBinaryContent(before);
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void filesThatAreNoKeysAreToldAsThat() throws Exception {
    Path nothing = Files.writeString(temp.resolve("nothing"), "hello\n");
    assertThatThrownBy(() -> SigningKey.read(nothing)).hasMessageContaining("no private key");
    assertThatThrownBy(() -> TrustedKeys.read(nothing)).hasMessageContaining("line 1");
    assertThatThrownBy(() -> TrustedKeys.read(file)).hasMessageContaining("line 1");
    Path empty = Files.writeString(temp.resolve("empty"), "# none\n");
    assertThatThrownBy(() -> TrustedKeys.read(empty)).hasMessageContaining("holds no public key");
  }

  @Test
  void anOlderPublicationOfANameIsPlayedAgainAlsoAfterARestart() {
    Names names = Names.of(new byte[0]);
    assertThat(names.isReplayed(SITE)).isFalse();
    assertThat(names.take(SITE)).isTrue();
    assertThat(names.take(SITE)).isFalse();
    Names again = Names.of(names.text());
    Statement older = new Statement(HASH, "site.tar", List.of(), NOON.minusSeconds(1));
    assertThat(again.isReplayed(older)).isTrue();
    assertThat(again.isReplayed(SITE)).isFalse();
    assertThat(again.isReplayed(new Statement(HASH, "other name", List.of(), NOON.minusSeconds(1))))
        .isFalse();
  }
}
