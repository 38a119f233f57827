package dev.skep.agent.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DiskJobsTest {
  private final DiskJobs jobs = new DiskJobs();

  @Test
  void whatMayTakeHoursHoldsNoCarrierOfVirtualThreads() throws Exception {
    var by = new CompletableFuture<Thread>();
    jobs.run(() -> by.complete(Thread.currentThread()));
    assertThat(by.join().isVirtual()).isFalse();
    assertThat(by.join().isDaemon()).as("it does not hold up the end either").isTrue();
  }

  @Test
  void whatGoesWrongIsHeardByWhoeverAskedForIt() {
    var full = new IOException("the disk is full");
    assertThatThrownBy(
            () ->
                jobs.run(
                    () -> {
                      throw full;
                    }))
        .isSameAs(full);
  }
}
