package dev.skep.protocol.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestsTest {
  @TempDir Path folder;

  @BeforeAll
  static void needsTheLibrary() {
    assumeTrue(LibCrypto.find().isPresent(), "no libcrypto.so.3 here");
  }

  private static List<MessageDigest> digests() {
    return List.of(Digests.sha1(), Digests.sha256());
  }

  @Test
  void theSystemsAreTakenWhereTheyAre() {
    assertThat(digests()).hasOnlyElementsOfType(SystemDigest.class);
    assertThat(digests())
        .extracting(MessageDigest::getAlgorithm)
        .containsExactly("SHA-1", "SHA-256");
    assertThat(digests()).extracting(MessageDigest::getDigestLength).containsExactly(20, 32);
  }

  @Test
  void theJdksAreTakenIfAskedFor() {
    System.setProperty("skep.digests", "jdk");
    try {
      assertThat(LibCrypto.find()).isEmpty();
    } finally {
      System.clearProperty("skep.digests");
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void bytesGivenInAnyWayMakeTheDigestThatTheJdkMakes(long seed) throws Exception {
    var random = new SplittableRandom(seed);
    byte[] bytes = new byte[random.nextInt(400_000)];
    random.nextBytes(bytes);
    Path file = Files.write(folder.resolve("bytes"), bytes);
    ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    try (FileChannel channel = FileChannel.open(file)) {
      List<ByteBuffer> forms =
          List.of(
              ByteBuffer.wrap(bytes),
              ByteBuffer.wrap(bytes).asReadOnlyBuffer(),
              direct,
              direct.asReadOnlyBuffer(),
              channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes.length));
      for (MessageDigest digest : digests()) {
        for (int round = 0; round < 3; round++) { // it begins anew each time
          give(forms, digest, random);
          assertThat(digest.digest())
              .as("seed %d, round %d, %s", seed, round, digest.getAlgorithm())
              .isEqualTo(Digests.ofJdk(digest.getAlgorithm()).digest(bytes));
        }
      }
    }
  }

  /** Each part of the bytes in another of their forms, or as an array, or one by one. */
  private static void give(List<ByteBuffer> forms, MessageDigest digest, SplittableRandom random) {
    int size = forms.getFirst().capacity();
    for (int at = 0; at < size; ) {
      int end = Math.min(size, at + 1 + random.nextInt(random.nextBoolean() ? 100 : 200_000));
      int form = random.nextInt(forms.size() + 1);
      if (form < forms.size()) {
        ByteBuffer part = forms.get(form).duplicate().limit(end).position(at);
        digest.update(part);
        assertThat(part.position()).isEqualTo(end);
      } else if (end - at < 100) {
        for (int i = at; i < end; i++) {
          digest.update(forms.getFirst().get(i));
        }
      } else {
        digest.update(forms.getFirst().array(), at, end - at);
      }
      at = end;
    }
  }

  @Test
  void whatWasTakenIsForgottenAtAReset() {
    for (MessageDigest digest : digests()) {
      digest.update(new byte[100]);
      digest.reset();

      assertThat(digest.digest(new byte[] {1}))
          .isEqualTo(Digests.ofJdk(digest.getAlgorithm()).digest(new byte[] {1}));
    }
  }

  @Test
  void aDigestIsWrittenOnlyWhereThereIsRoom() throws Exception {
    for (MessageDigest digest : digests()) {
      int length = digest.getDigestLength();
      byte[] into = new byte[length + 2];

      assertThatThrownBy(() -> digest.digest(into, 1, length - 1))
          .isInstanceOf(DigestException.class);
      digest.reset();
      assertThat(digest.digest(into, 1, length)).isEqualTo(length);

      byte[] expected = Digests.ofJdk(digest.getAlgorithm()).digest();
      assertThat(into).startsWith(0).endsWith(0).containsSequence(expected);
    }
  }

  @Test
  void aMappedFileThatBecameShorterIsAnErrorAndNotTheEndOfTheProcess() throws Exception {
    Path file = Files.write(folder.resolve("mapped"), new byte[1 << 20]);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, 1 << 20);
      channel.truncate(1);

      assertThatThrownBy(() -> Digests.sha1().update(mapped.slice(1 << 16, 1 << 16)))
          .isInstanceOf(InternalError.class);
    }
  }
}
