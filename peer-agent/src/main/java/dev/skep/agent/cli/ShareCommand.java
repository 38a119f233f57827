package dev.skep.agent.cli;

import dev.skep.agent.catalogue.AdminSecret;
import dev.skep.agent.catalogue.TrackerApi;
import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.Progress;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.cli.process.Launcher;
import dev.skep.agent.cli.process.TemporaryFolder;
import dev.skep.agent.cli.process.TrackerChild;
import dev.skep.agent.create.Source;
import dev.skep.agent.session.Session;
import dev.skep.agent.session.Transfer;
import dev.skep.service.network.ReachableAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "share",
    description = "Gives files or folders to every machine that asks, with nothing set up before.",
    footer = {
      "",
      "Runs a tracker, makes a torrent of each PATH and seeds it, until stopped. Prints for each"
          + " the one line that the other machines type. Leaves nothing behind.",
      "",
      "Example: skep share disk.img",
    })
final class ShareCommand implements Callable<Integer> {
  private static final int USUAL_TRACKER_PORT = 6969;
  private static final Duration END_PATIENCE = Duration.ofSeconds(6);
  private static final Duration GLANCE = Duration.ofMillis(100);
  private static final int TOKEN_BYTES = 16;

  private final Terminal terminal;

  @Parameters(arity = "1..*", paramLabel = "PATH", description = "The files or folders.")
  private List<Path> paths = List.of();

  @Option(
      names = "--tracker-port",
      paramLabel = "N",
      description = "Port of the tracker. Default: 6969, or any where that is taken.")
  private @Nullable Integer trackerPort;

  @Option(
      names = "--address",
      paramLabel = "ADDR",
      description =
          "The address under which the other machines reach this one. Default: that of the network"
              + " which the default route leads to.")
  private @Nullable String address;

  @Mixin private PeerOptions options = new PeerOptions();

  ShareCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    var sources = new ArrayList<Source>();
    for (Path path : paths) {
      sources.add(Source.scan(path.toRealPath(), Source.Without.NOTHING));
    }
    Launcher launcher = Launcher.ofProcess("share");
    String host = host();
    terminal.stop().watch(SeedCommand.STOP_GRACE);
    byte[] secret = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(secret);
    String token = HexFormat.of().formatHex(secret);
    try (TemporaryFolder folder = TemporaryFolder.make("skep-share-")) {
      TrackerChild tracker = startTracker(launcher, folder.tracker(), token);
      try {
        share(sources, URI.create("http://" + host + ":" + port(tracker)), token);
        return 0;
      } finally {
        tracker.child().askToEnd();
        tracker.child().awaitEnd(END_PATIENCE);
      }
    }
  }

  /** As it stands in a URL. */
  private String host() throws Failure, IOException, WrongUsage {
    if (address == null && options.bind().isEmpty()) {
      List<InetAddress> reachable = ReachableAddress.all();
      if (reachable.isEmpty()) {
        throw new Failure(
            "this machine has no address that others reach; connect it, or give one with"
                + " --address");
      }
      if (reachable.size() > 1) {
        terminal.say(
            "this machine has several addresses; the others shall use %s (--address chooses from %s)"
                .formatted(
                    reachable.getFirst().getHostAddress(),
                    String.join(
                        ", ", reachable.stream().map(InetAddress::getHostAddress).toList())));
      }
      return reachable.getFirst().getHostAddress();
    }
    String host = address != null ? address : options.bind().orElseThrow();
    return host.contains(":") ? "[" + host + "]" : host;
  }

  private TrackerChild startTracker(Launcher launcher, Path data, String token)
      throws IOException, Failure, WrongUsage, InterruptedException {
    int port = trackerPort != null ? trackerPort : USUAL_TRACKER_PORT;
    TrackerChild tracker = start(launcher, data, port, token);
    if (!awaitReady(tracker) && trackerPort == null) {
      tracker = start(launcher, data, 0, token);
      awaitReady(tracker);
    }
    if (tracker.announceUrl().isEmpty()) {
      tracker.child().awaitEnd(END_PATIENCE);
      throw new Failure(
          terminal.stop().isAsked() ? "stopped" : String.join(" ", tracker.child().lastWords()));
    }
    return tracker;
  }

  private TrackerChild start(Launcher launcher, Path data, int port, String token)
      throws IOException, WrongUsage {
    List<String> bind = options.bind().map(at -> List.of("--bind", at)).orElse(List.of());
    return TrackerChild.start(launcher, data, port, bind, Map.of("SKEP_ADMIN_TOKEN", token));
  }

  /** However long that takes: two may not have one folder, and whoever waits sees for what. */
  private boolean awaitReady(TrackerChild tracker) throws InterruptedException {
    try (Progress progress = terminal.progress()) {
      while (tracker.announceUrl().isEmpty()
          && tracker.child().isAlive()
          && !terminal.stop().await(GLANCE)) {
        progress.show(() -> "starting the tracker");
      }
    }
    return tracker.announceUrl().isPresent();
  }

  private static int port(TrackerChild tracker) {
    return URI.create(tracker.announceUrl().orElseThrow()).getPort();
  }

  private void share(List<Source> sources, URI base, String token) throws Exception {
    var shared = new ArrayList<Offer>();
    var api =
        new TrackerApi(base, new AdminSecret(Optional.of(token), "skep share"), Optional.empty());
    for (Source source : sources) {
      String name = source.root().getFileName().toString();
      Offer offer = Offer.of(terminal, source, name, base + "/announce");
      api.publish(offer.bytes());
      shared.add(offer);
    }
    // Closed in this order: first the session says goodbye, then the view says that it did.
    try (PeerWords view = new PeerWords(terminal, true, true);
        Session session = options.open(terminal, Optional.empty())) {
      var transfers = new ArrayList<Transfer>();
      for (Offer each : shared) {
        transfers.add(each.seed(session, options.trackers(each.torrent().trackers())));
      }
      SeedCommand.seed(terminal, transfers, view, () -> tell(session, view, shared, base));
    }
  }

  private static void tell(Session session, PeerWords view, List<Offer> all, URI base) {
    String what =
        String.join(
            ", ",
            all.stream()
                .map(
                    each ->
                        each.torrent().name()
                            + " ("
                            + ByteSize.format(each.torrent().totalBytes())
                            + ")")
                .toList());
    view.ready(session.listening(), "sharing " + what);
    view.note("each machine that shall have it types:");
    for (Offer each : all) {
      String hash = each.torrent().infoHash().hex();
      view.result("skep get " + base + "/torrents/" + hash + ".torrent");
    }
  }
}
