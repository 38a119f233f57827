package dev.skep.tracker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;

/** The rooms of the tracker, and which arrows may be drawn between them. */
class RoomsTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.skep.tracker");

  @Test
  void arrowsPointOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("access")
        .definedBy("dev.skep.tracker.access..")
        .layer("admin")
        .definedBy("dev.skep.tracker.admin")
        .layer("admin.views")
        .definedBy("dev.skep.tracker.admin.views..")
        .layer("announce")
        .definedBy("dev.skep.tracker.announce..")
        .layer("catalogue")
        .definedBy("dev.skep.tracker.catalogue..")
        .layer("config")
        .definedBy("dev.skep.tracker.config..")
        .layer("http")
        .definedBy("dev.skep.tracker.http")
        .layer("http.admission")
        .definedBy("dev.skep.tracker.http.admission..")
        .layer("main")
        .definedBy("dev.skep.tracker")
        .layer("observe")
        .definedBy("dev.skep.tracker.observe..")
        .layer("persistence")
        .definedBy("dev.skep.tracker.persistence..")
        .layer("rollout")
        .definedBy("dev.skep.tracker.rollout..")
        .layer("swarm")
        .definedBy("dev.skep.tracker.swarm")
        .layer("swarm.rows")
        .definedBy("dev.skep.tracker.swarm.rows..")
        .layer("system")
        .definedBy("dev.skep.tracker.system..")
        .layer("udp")
        .definedBy("dev.skep.tracker.udp..")
        .layer("web")
        .definedBy("dev.skep.tracker.web..")
        .layer("webhook")
        .definedBy("dev.skep.tracker.webhook..")
        .whereLayer("access")
        .mayOnlyAccessLayers("announce", "catalogue")
        .whereLayer("admin")
        .mayOnlyAccessLayers(
            "admin.views", "access", "announce", "catalogue", "rollout", "swarm", "webhook")
        .whereLayer("admin.views")
        .mayOnlyAccessLayers("announce", "catalogue", "rollout", "swarm")
        .whereLayer("announce")
        .mayOnlyAccessLayers("swarm")
        .whereLayer("catalogue")
        .mayOnlyAccessLayers("system")
        .whereLayer("config")
        .mayNotAccessAnyLayer()
        .whereLayer("http")
        .mayOnlyAccessLayers("http.admission", "announce", "swarm")
        .whereLayer("http.admission")
        .mayOnlyAccessLayers("announce", "system")
        .whereLayer("main")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("observe")
        .mayOnlyAccessLayers(
            "http.admission", "persistence", "announce", "rollout", "swarm", "webhook")
        .whereLayer("persistence")
        .mayOnlyAccessLayers("swarm", "catalogue", "rollout", "system")
        .whereLayer("rollout")
        .mayOnlyAccessLayers("announce", "catalogue", "swarm", "system")
        .whereLayer("swarm")
        .mayOnlyAccessLayers("swarm.rows")
        .whereLayer("swarm.rows")
        .mayNotAccessAnyLayer()
        .whereLayer("system")
        .mayNotAccessAnyLayer()
        .whereLayer("udp")
        .mayOnlyAccessLayers("announce", "swarm", "system")
        .whereLayer("web")
        .mayOnlyAccessLayers("admin", "admin.views")
        .whereLayer("webhook")
        .mayOnlyAccessLayers("rollout", "system")
        .check(ALL);
  }

  /** Rooms within rooms, too. */
  @Test
  void noRoomReachesItselfThroughOthers() {
    slices().matching("dev.skep.tracker.(**)").should().beFreeOfCycles().check(ALL);
  }

  @Test
  void whatIsShownKnowsNothingOfHowItIsAskedFor() {
    noClasses()
        .that()
        .resideInAPackage("dev.skep.tracker.admin.views..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.helidon..", "jakarta.ws..", "jakarta.enterprise..", "org.glassfish..")
        .check(ALL);
  }

  /** They have locks, so {@code java.util.concurrent.locks} is allowed; threads are not. */
  @Test
  void swarmsAndRolloutsNeedOnlyValuesTimeAndRandomnessThatTheyAreGiven() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.skep.tracker.swarm..", "dev.skep.tracker.rollout..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.lang\\.Thread|java\\.time\\.(Clock|InstantSource)"
                + "|java\\.util\\.concurrent\\..*Execut.*|java\\.util\\.(Random|Timer.*)"
                + "|java\\.security\\.SecureRandom|java\\.io\\.(File.*|RandomAccessFile)"
                + "|java\\.nio\\.(channels|file)\\..*|java\\.net\\..*(Socket|Http|URLConn).*")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .check(ALL);
  }

  /** The clock on the wall may be set while the tracker runs; what it bounds must not notice. */
  @Test
  void nothingThatIsBoundedInTimeAsksForTheTimeOfDay() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.skep.tracker.swarm..",
            "dev.skep.tracker.announce..",
            "dev.skep.tracker.access..",
            "dev.skep.tracker.http..",
            "dev.skep.tracker.udp..",
            "dev.skep.tracker.rollout..",
            "dev.skep.tracker.webhook..",
            "dev.skep.tracker.admin..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(ZonedDateTime.class, "now")
        .orShould()
        .callMethod(OffsetDateTime.class, "now")
        .orShould()
        .callMethod(InstantSource.class, "system")
        .orShould()
        .callMethod(ServerConnection.class, "idleTime") // Helidon's goes by it
        .check(ALL);
  }

  @Test
  void theCoreKnowsNoFramework() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.skep.tracker.swarm..",
            "dev.skep.tracker.announce..",
            "dev.skep.tracker.access..",
            "dev.skep.tracker.catalogue..",
            "dev.skep.tracker.rollout..",
            "dev.skep.tracker.webhook..",
            "dev.skep.tracker.udp..",
            "dev.skep.tracker.system..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.helidon..", "jakarta..", "org.eclipse..")
        .check(ALL);
  }
}
