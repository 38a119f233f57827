package dev.skep.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The rooms of the agent, and which arrows may be drawn between them. */
class RoomsTest {
  private static final JavaClasses ALL =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.skep.agent");

  @Test
  void arrowsPointOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("torrent")
        .definedBy("dev.skep.agent.torrent..")
        .layer("storage")
        .definedBy("dev.skep.agent.storage..")
        .layer("stream")
        .definedBy("dev.skep.agent.stream..")
        .layer("datagram")
        .definedBy("dev.skep.agent.datagram..")
        .layer("dht")
        .definedBy("dev.skep.agent.dht..")
        .layer("create")
        .definedBy("dev.skep.agent.create..")
        .layer("connection")
        .definedBy("dev.skep.agent.connection..")
        .layer("discovery")
        .definedBy("dev.skep.agent.discovery..")
        .layer("webseed")
        .definedBy("dev.skep.agent.webseed..")
        .layer("session")
        .definedBy("dev.skep.agent.session..")
        .layer("catalogue")
        .definedBy("dev.skep.agent.catalogue..")
        .layer("library")
        .definedBy("dev.skep.agent.library..")
        .layer("service")
        .definedBy("dev.skep.agent.service..")
        .layer("observe")
        .definedBy("dev.skep.agent.observe..")
        .layer("control")
        .definedBy("dev.skep.agent.control..")
        .layer("trust")
        .definedBy("dev.skep.agent.trust..")
        .layer("follow")
        .definedBy("dev.skep.agent.follow..")
        .layer("report")
        .definedBy("dev.skep.agent.report..")
        .layer("watch")
        .definedBy("dev.skep.agent.watch..")
        .layer("config")
        .definedBy("dev.skep.agent.config..")
        .layer("place")
        .definedBy("dev.skep.agent.place..")
        .layer("cli")
        .definedBy("dev.skep.agent.cli..")
        .whereLayer("torrent")
        .mayNotAccessAnyLayer()
        .whereLayer("storage")
        .mayNotAccessAnyLayer()
        .whereLayer("config")
        .mayNotAccessAnyLayer()
        .whereLayer("stream")
        .mayNotAccessAnyLayer()
        .whereLayer("create")
        .mayNotAccessAnyLayer()
        .whereLayer("datagram")
        .mayNotAccessAnyLayer()
        .whereLayer("dht")
        .mayOnlyAccessLayers("datagram")
        .whereLayer("connection")
        .mayOnlyAccessLayers("torrent", "storage", "stream")
        .whereLayer("discovery")
        .mayNotAccessAnyLayer()
        .whereLayer("session")
        .mayOnlyAccessLayers(
            "webseed", "connection", "discovery", "datagram", "dht", "torrent", "storage", "stream")
        .whereLayer("webseed")
        .mayOnlyAccessLayers("connection", "torrent", "storage", "discovery")
        .whereLayer("catalogue")
        .mayOnlyAccessLayers("discovery")
        .whereLayer("place")
        .mayOnlyAccessLayers("discovery")
        .whereLayer("library")
        .mayOnlyAccessLayers("session")
        .whereLayer("service")
        .mayOnlyAccessLayers("library", "session", "webseed", "config", "dht")
        .whereLayer("trust")
        .mayNotAccessAnyLayer()
        .whereLayer("follow")
        .mayOnlyAccessLayers("service", "library", "catalogue", "trust", "config")
        .whereLayer("report")
        .mayOnlyAccessLayers(
            "service", "follow", "library", "session", "discovery", "catalogue", "config")
        .whereLayer("watch")
        .mayOnlyAccessLayers("service", "library", "catalogue", "trust", "config", "create")
        .whereLayer("observe")
        .mayOnlyAccessLayers(
            "service", "library", "session", "connection", "discovery", "dht", "torrent", "storage")
        .whereLayer("control")
        .mayOnlyAccessLayers(
            "service",
            "library",
            "session",
            "webseed",
            "config",
            "connection",
            "discovery",
            "dht",
            "catalogue",
            "torrent",
            "storage",
            "create",
            "observe")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .check(ALL);
  }

  @Test
  void noRoomReachesItselfThroughOthers() {
    slices()
        .matching("dev.skep.agent.(*)..")
        .should()
        .beFreeOfCycles()
        .allowEmptyShould(true)
        .check(ALL);
  }

  @Test
  void whomToDialIsDecidedWithoutTransfersFilesAndTrackers() {
    noClasses()
        .that()
        .resideInAPackage("dev.skep.agent.session.peers..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.skep.agent.session", "dev.skep.agent.storage..", "dev.skep.agent.discovery..")
        .check(ALL);
  }

  @Test
  void whatATransferHasOnDiskIsKeptWithoutPeersAndTrackers() {
    noClasses()
        .that()
        .resideInAPackage("dev.skep.agent.session.content..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.skep.agent.session",
            "dev.skep.agent.session.peers..",
            "dev.skep.agent.connection..",
            "dev.skep.agent.torrent..",
            "dev.skep.agent.stream..",
            "dev.skep.agent.discovery..")
        .check(ALL);
  }

  @Test
  void oneClassKnowsTheHttpServer() {
    noClasses()
        .that()
        .doNotHaveSimpleName("HttpDoor")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.sun.net.httpserver..")
        .check(ALL);
  }

  /** It takes time to load, and is loaded when the first web server is asked. */
  @Test
  void oneClassKnowsTheHttpClient() {
    noClasses()
        .that()
        .doNotHaveSimpleName("HttpRanges")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net.http..")
        .check(ALL);
  }

  @Test
  void connectionsRunOverAnyStream() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.skep.agent.connection..", "dev.skep.agent.session..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\..*Socket(Channel)?")
        .check(ALL);
  }

  @Test
  void aTorrentAndTheDhtNeedOnlyValuesTimeAndRandomnessThatTheyAreGiven() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.skep.agent.torrent..", "dev.skep.agent.dht")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(
            "java\\.lang\\.(Thread|ScopedValue).*|java\\.time\\.(Clock|InstantSource)"
                + "|java\\.util\\.concurrent\\..*|java\\.util\\.(Random|Timer.*)"
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
  void onlyTheCommandLineKnowsAboutTerminals() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.skep.agent.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "org.jline..")
        .allowEmptyShould(true)
        .check(ALL);
  }
}
