package dev.skep.agent.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Swarms whose hosts are not alike. Times are counted from when a host came, over the fluid bound
 * of a host at the full rate; a host with a tenth of the rate needs ten times the bound by itself.
 */
class UnequalSwarmTest {

  @ParameterizedTest(name = "{0}: {1} and {2} times the bound, {3} copies")
  @CsvSource({
    "slow=0.1,            1.60, 11.5, 1.70",
    "late=0.5 leave=0.05, 1.90, 1.90, 1.80",
  })
  void thirtyHosts(String kind, double lastAtFullRate, double last, double copies) {
    assertWithin(kind, "leechers=30 size=32 runs=1", lastAtFullRate, last, copies);
  }

  @ParameterizedTest(name = "{0}: {1} and {2} times the bound, {3} copies")
  @Tag("full")
  @CsvSource({
    "slow=0.1,            1.60, 11.5, 1.50",
    "late=0.5,            1.70, 1.70, 1.60",
    "leave=0.05,          1.60, 1.60, 1.50",
    "late=0.5 leave=0.05, 1.70, 1.70, 1.60",
  })
  void aHundredHosts(String kind, double lastAtFullRate, double last, double copies) {
    assertWithin(kind, "leechers=99 size=64 runs=1", lastAtFullRate, last, copies);
  }

  private static void assertWithin(
      String kind, String swarm, double lastAtFullRate, double last, double copies) {
    String all = swarm + " " + kind;
    Simulation.Result result = Simulation.of(all.split(" ")).medians();
    System.out.println(all + ": " + result);
    assertThat(result.lastAtFullRate()).as(all).isLessThan(lastAtFullRate);
    assertThat(result.last()).as(all).isLessThan(last);
    assertThat(result.copies()).as(all).isLessThan(copies);
  }
}
