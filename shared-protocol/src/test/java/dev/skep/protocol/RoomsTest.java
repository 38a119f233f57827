package dev.skep.protocol;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The rooms of this module, and which arrows may be drawn between them. */
class RoomsTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.skep.protocol");

  @Test
  void noRoomReachesItselfThroughOthers() {
    slices()
        .matching("dev.skep.protocol.(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(ALL);
  }

  @Test
  void nothingOutsideTheJdkIsNeeded() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages("dev.skep.protocol..", "java..", "org.jspecify.annotations")
        .check(ALL);
  }

  @Test
  void nothingHereStartsThreadsOpensSocketsOrReadsClocks() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.lang\\.Thread|java\\.time\\.(Clock|InstantSource)"
                + "|java\\.net\\..*(Socket|URLConnection|HttpClient).*"
                + "|java\\.nio\\.channels\\..*|java\\.util\\.concurrent\\..*"
                + "|java\\.util\\.Random|java\\.security\\.SecureRandom")
        .orShould()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Instant.class, "now")
        .check(ALL);
  }
}
