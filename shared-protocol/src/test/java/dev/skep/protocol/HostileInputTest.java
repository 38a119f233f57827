package dev.skep.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.skep.protocol.bencode.Bencode;
import dev.skep.protocol.bencode.BencodeException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Strangers' bytes are refused by name or understood; they never cost much memory, and nothing else
 * happens.
 */
class HostileInputTest {
  private static final int MUTATIONS = 100_000;
  private static final long MAX_ALLOCATED_BYTES = 64L << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @EnumSource
  void validInputIsAccepted(Target target) {
    for (byte[] seed : generated(target)) {
      assertThat(target.run(seed)).as(HexFormat.of().formatHex(seed)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatOnceWentWrongDoesNotAgain(Target target) throws Exception {
    for (byte[] kept : corpus(target)) {
      feed(target, kept, "corpus");
    }
  }

  @ParameterizedTest
  @EnumSource
  void damagedInputIsRefusedOrUnderstood(Target target) throws Exception {
    List<byte[]> seeds = new ArrayList<>(generated(target));
    seeds.addAll(corpus(target));
    int accepted = 0;
    for (int seed = 0; seed < MUTATIONS / target.weight(); seed++) {
      accepted += feed(target, new Mutator(seed).next(seeds), "mutation " + seed) ? 1 : 0;
    }
    assertThat(accepted).as("mutations that get past the first check").isPositive();
  }

  private static boolean feed(Target target, byte[] in, String which) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      boolean accepted = target.run(in);
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      if (allocated > MAX_ALLOCATED_BYTES) {
        throw new AssertionError("took " + allocated + " bytes of memory");
      }
      return accepted;
    } catch (AssertionError | RuntimeException | StackOverflowError e) {
      throw new AssertionError(
          target + ", " + which + ", " + HexFormat.of().formatHex(in) + ": " + e.getMessage(), e);
    }
  }

  @Test
  void aLengthThatLiesCostsNothing() {
    byte[] lie = "2147483647:".getBytes(StandardCharsets.US_ASCII);
    byte[] alsoLie = "999999999:".getBytes(StandardCharsets.US_ASCII);
    assertThat(Target.BENCODE.run(lie)).isFalse(); // loads the classes
    long before = THREADS.getCurrentThreadAllocatedBytes();

    assertThat(Target.BENCODE.run(alsoLie)).isFalse();

    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
  }

  /** The most objects that bytes can buy. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "le",
        "de",
        "0:",
        "1:a",
        "i1e",
        "i9999e",
        "l0:e",
        "li7eli8eee",
        "d0:0:e",
        "d1:a0:1:b0:e"
      })
  void aBombOfSmallValuesIsBounded(String value) {
    byte[] bomb =
        ("l" + value.repeat((16 << 20) / value.length()) + "e").getBytes(StandardCharsets.US_ASCII);
    long before = THREADS.getCurrentThreadAllocatedBytes();

    BencodeException refusal = null;
    try {
      Bencode.decode(bomb);
    } catch (BencodeException e) {
      refusal = e;
    }

    assertThat(refusal).hasMessageContaining("more values than the limit");
    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MAX_ALLOCATED_BYTES);
  }

  @Test
  void nestingIsBounded() {
    assertThat(
            Target.BENCODE.run(
                ("l".repeat(100) + "e".repeat(100)).getBytes(StandardCharsets.US_ASCII)))
        .isTrue();
    assertThat(Target.BENCODE.run("l".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII)))
        .isFalse();
    assertThat(Target.METAINFO.run("d1:a".repeat(1_000_000).getBytes(StandardCharsets.US_ASCII)))
        .isFalse();
  }

  private static List<byte[]> generated(Target target) {
    List<byte[]> seeds = new ArrayList<>();
    for (int seed = 0; seed < 50; seed++) {
      byte[] bytes = target.seed(new Generator(seed));
      if (bytes.length < 4_000) { // larger ones say no more, and cost time
        seeds.add(bytes);
      }
    }
    return seeds;
  }

  private static List<byte[]> corpus(Target target) throws IOException, URISyntaxException {
    URL folder = HostileInputTest.class.getResource("/corpus/" + target.folder());
    if (folder == null) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
      List<byte[]> all = new ArrayList<>();
      for (Path file : files.sorted().toList()) {
        all.add(Files.readAllBytes(file));
      }
      return all;
    }
  }
}
