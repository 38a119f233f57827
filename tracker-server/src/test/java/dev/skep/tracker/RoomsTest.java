package dev.skep.tracker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
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
        .withOptionalLayers(true)
        .layer("swarm")
        .definedBy("dev.skep.tracker.swarm..")
        .layer("access")
        .definedBy("dev.skep.tracker.access..")
        .layer("catalogue")
        .definedBy("dev.skep.tracker.catalogue..")
        .layer("announce")
        .definedBy("dev.skep.tracker.announce..")
        .layer("http")
        .definedBy("dev.skep.tracker.http..")
        .layer("udp")
        .definedBy("dev.skep.tracker.udp..")
        .layer("persistence")
        .definedBy("dev.skep.tracker.persistence..")
        .layer("admin")
        .definedBy("dev.skep.tracker.admin..")
        .layer("observe")
        .definedBy("dev.skep.tracker.observe..")
        .layer("web")
        .definedBy("dev.skep.tracker.web..")
        .layer("config")
        .definedBy("dev.skep.tracker.config..")
        .layer("main")
        .definedBy("dev.skep.tracker")
        .whereLayer("swarm")
        .mayNotAccessAnyLayer()
        .whereLayer("config")
        .mayNotAccessAnyLayer()
        .whereLayer("access")
        .mayOnlyAccessLayers("announce", "swarm", "catalogue")
        .whereLayer("catalogue")
        .mayNotAccessAnyLayer()
        .whereLayer("announce")
        .mayOnlyAccessLayers("swarm")
        .whereLayer("http")
        .mayOnlyAccessLayers("announce", "swarm")
        .whereLayer("udp")
        .mayOnlyAccessLayers("announce", "swarm")
        .whereLayer("persistence")
        .mayOnlyAccessLayers("swarm", "catalogue")
        .whereLayer("admin")
        .mayOnlyAccessLayers("announce", "access", "swarm", "catalogue")
        .whereLayer("web")
        .mayOnlyAccessLayers("admin", "announce", "access", "swarm", "catalogue")
        .whereLayer("main")
        .mayNotBeAccessedByAnyLayer()
        .check(ALL);
  }

  @Test
  void noRoomReachesItselfThroughOthers() {
    slices()
        .matching("dev.skep.tracker.(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(ALL);
  }

  /** Its stripes have locks, so {@code java.util.concurrent.locks} is allowed; threads are not. */
  @Test
  void theSwarmNeedsOnlyValuesTimeAndRandomnessThatItIsGiven() {
    noClasses()
        .that()
        .resideInAPackage("dev.skep.tracker.swarm..")
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
        .allowEmptyShould(true)
        .check(ALL);
  }

  @Test
  void theCoreKnowsNoFramework() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.skep.tracker.swarm..", "dev.skep.tracker.announce..", "dev.skep.tracker.udp..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.helidon..", "jakarta..", "org.eclipse..")
        .allowEmptyShould(true)
        .check(ALL);
  }
}
