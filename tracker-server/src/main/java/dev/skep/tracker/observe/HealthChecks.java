package dev.skep.tracker.observe;

import dev.skep.tracker.persistence.SavingStatus;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Produces;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/**
 * What {@code /health} says. Live: the threads that must not die do run. Ready: what is announced
 * is saved too, and who may announce is known; damage that was found is named. Started: the data
 * folder was read.
 */
@Dependent
final class HealthChecks {
  private static final Duration LATE = Duration.ofSeconds(30);

  private HealthChecks() {}

  @Produces
  @ApplicationScoped
  @Liveness
  static HealthCheck udp(Vitals vitals) {
    return () -> HealthCheckResponse.named("udp").status(vitals.udpRuns()).build();
  }

  @Produces
  @ApplicationScoped
  @Liveness
  static HealthCheck heartbeat(Vitals vitals) {
    return () -> {
      Duration since = vitals.sinceHeartbeat();
      return HealthCheckResponse.named("heartbeat")
          .status(since.compareTo(LATE) < 0)
          .withData("secondsAgo", since.toSeconds())
          .build();
    };
  }

  @Produces
  @ApplicationScoped
  @Readiness
  static HealthCheck saving(Vitals vitals) {
    return () -> {
      SavingStatus saving = vitals.saving();
      boolean saves = saving.problem().isEmpty() && saving.sinceSaved().compareTo(LATE) < 0;
      var response =
          HealthCheckResponse.named("saving")
              .status(saves)
              .withData("savedSecondsAgo", saving.sinceSaved().toSeconds());
      saving.problem().ifPresent(problem -> response.withData("problem", problem));
      saving.damage().ifPresent(damage -> response.withData("damage", damage));
      return response.build();
    };
  }

  @Produces
  @ApplicationScoped
  @Readiness
  static HealthCheck access(Vitals vitals) {
    return () -> {
      var response = HealthCheckResponse.named("access").status(vitals.accessConfirmed());
      if (!vitals.accessConfirmed()) {
        response.withData(
            "problem",
            "the access lists were lost, so nobody may announce; make them anew, then POST"
                + " /api/v1/access/confirm");
      }
      return response.build();
    };
  }

  /** There are vitals only once the data folder was read. */
  @Produces
  @ApplicationScoped
  @Startup
  static HealthCheck restored(Vitals vitals) {
    return () ->
        HealthCheckResponse.named("restored")
            .up()
            .withData("torrents", vitals.registeredTorrents())
            .build();
  }
}
