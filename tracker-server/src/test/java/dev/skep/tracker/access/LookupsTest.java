package dev.skep.tracker.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.PeerId;
import dev.skep.protocol.address.Cidr;
import dev.skep.protocol.address.IpAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking up in lists of any length answers as looking at each entry does. */
class LookupsTest {
  private static final int ENTRIES = 60;
  private static final int QUESTIONS = 2_000;

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void blocksHoldTheAddressesThatOneOfThemHolds(long seed) {
    RandomGenerator random = random(seed);
    List<Cidr> blocks = new ArrayList<>();
    for (int i = 0; i < ENTRIES; i++) {
      IpAddress base = address(random);
      int least = base.isIpv4() ? 96 : 0;
      blocks.add(new Cidr(base, random.nextInt(least, 129)));
    }
    AddressBlocks all = AddressBlocks.of(blocks);
    for (int i = 0; i < QUESTIONS; i++) {
      IpAddress asked = address(random);
      assertThat(all.contain(asked))
          .as("seed %d: %s in %s", seed, asked, blocks)
          .isEqualTo(blocks.stream().anyMatch(block -> block.contains(asked)));
    }
    for (Cidr block : blocks) { // and their ends, where a comparison may be off by one
      for (long away : new long[] {-1, 0, 1}) {
        IpAddress asked = new IpAddress(block.base().high(), block.base().low() + away);
        assertThat(all.contain(asked))
            .as("seed %d: %s in %s", seed, asked, blocks)
            .isEqualTo(blocks.stream().anyMatch(each -> each.contains(asked)));
      }
    }
  }

  /** Few bits differ, so that many are in many blocks. */
  private static IpAddress address(RandomGenerator random) {
    if (random.nextBoolean()) {
      return IpAddress.ofIpv4(0x0a000000 | random.nextInt(1 << random.nextInt(1, 24)));
    }
    long high = random.nextBoolean() ? 0x2001_0db8_0000_0000L | random.nextInt(16) : -1L;
    return new IpAddress(high, random.nextLong() >> random.nextInt(63));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void prefixesMatchTheIdsThatBeginWithOneOfThem(long seed) {
    RandomGenerator random = random(seed);
    List<String> prefixes = new ArrayList<>();
    for (int i = 0; i < ENTRIES; i++) {
      prefixes.add(letters(random, random.nextInt(2, 21)));
    }
    ClientPrefixes all = ClientPrefixes.of(prefixes);
    for (int i = 0; i < QUESTIONS; i++) {
      String known = prefixes.get(random.nextInt(ENTRIES));
      String id = (random.nextBoolean() ? known : "") + letters(random, 20);
      String asked = id.substring(0, 20);
      assertThat(all.match(PeerId.of(asked.getBytes(StandardCharsets.US_ASCII))))
          .as("seed %d: %s begins with one of %s", seed, asked, prefixes)
          .isEqualTo(prefixes.stream().anyMatch(asked::startsWith));
    }
    byte[] noText = new byte[PeerId.BYTES];
    java.util.Arrays.fill(noText, (byte) 0xff);
    assertThat(all.match(PeerId.of(noText))).isFalse();
  }

  private static String letters(RandomGenerator random, int count) {
    var text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append("-!~".charAt(random.nextInt(3)));
    }
    return text.toString();
  }
}
