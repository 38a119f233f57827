package dev.skep.agent.cli;

import dev.skep.agent.catalogue.RolloutApi;
import dev.skep.agent.catalogue.ToldRollout;
import dev.skep.agent.catalogue.TrackerApi;
import dev.skep.agent.cli.console.ByteSize;
import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.cli.process.TemporaryFolder;
import dev.skep.agent.cli.rollout.RolloutTarget;
import dev.skep.agent.create.Source;
import dev.skep.agent.create.SourceFile;
import dev.skep.agent.session.Session;
import dev.skep.agent.session.Transfer;
import dev.skep.agent.session.TransferStatus;
import dev.skep.agent.trust.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "push",
    description = "Brings a file or folder to every machine that follows a label, and says when.",
    sortOptions = false,
    footer = {
      "",
      "Makes the torrent, gives it, publishes it under the label, and shows who has it until all"
          + " have. On each machine an agent follows the label (skep.agent.follow). Enter, q or"
          + " Ctrl-C leaves the rollout to the others, if any of them can give all of it. The same"
          + " command again goes on with it.",
      "",
      "Examples:",
      "  skep push site.tar --to label=web --tracker http://tracker.lan:6969",
      "  skep push photos/ notes.pdf -n news --to label=web --by 10m",
    })
final class PushCommand implements Callable<Integer> {
  private static final Duration GLANCE = Duration.ofMillis(50);

  private final Terminal terminal;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "The files or folders. Several arrive in one folder: --name says which.")
  private List<Path> files = List.of();

  @Option(
      names = "--to",
      paramLabel = "TARGET",
      required = true,
      description =
          "Who must have it: label=LABEL, all agents that follow it; with any=NUMBER so many of"
              + " them suffice. May be repeated, and name more: host=NAME, network=BLOCK,"
              + " zone=NUMBER.")
  private List<String> to = List.of();

  @Option(
      names = "--by",
      paramLabel = "TIME",
      description =
          "Deadline, such as 10m: says then who is late, and ends with exit status 1. Default:"
              + " waits without end.")
  private @Nullable Duration by;

  @Option(names = "--wait", description = "Go on after the deadline, until all have it.")
  private boolean waits;

  @Option(
      names = "--sign",
      paramLabel = "KEYFILE",
      description = "Sign it with the private key that 'skep keygen' made.")
  private @Nullable Path keyFile;

  @Option(
      names = {"-n", "--name"},
      paramLabel = "NAME",
      description = "What it is called on the machines. Default: the name of FILE.")
  private @Nullable String name;

  @Mixin private TrackerAccess tracker = new TrackerAccess();

  @Mixin private PeerOptions options = new PeerOptions();

  @Mixin private JsonOption json = new JsonOption();

  PushCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    RolloutTarget target = RolloutTarget.of(to);
    if (target.labels().isEmpty()) {
      throw new WrongUsage("--to label=LABEL says under what it is published");
    }
    TrackerApi api = tracker.api(terminal);
    // Hashing takes long: a key or tracker that is not there, or obeys others only, is told before.
    Optional<SigningKey> key = PublishCommand.key(keyFile);
    api.rollouts().requirePublisher();
    terminal.stop().watch(SeedCommand.STOP_GRACE);
    if (files.size() == 1) {
      return push(api, target, key, files.getFirst().toRealPath());
    }
    try (TemporaryFolder temporary = TemporaryFolder.make("skep-push-")) {
      return push(api, target, key, gathered(temporary.path()));
    }
  }

  /** A folder with links to all of them, as they are to arrive. */
  private Path gathered(Path temporary) throws WrongUsage, IOException {
    Path folder = Files.createDirectory(temporary.resolve(called(Path.of(""))));
    for (Path file : files) {
      Path real = file.toRealPath();
      Path link = folder.resolve(real.getFileName());
      if (Files.exists(link)) {
        throw new WrongUsage("two of the files are called " + real.getFileName());
      }
      Files.createSymbolicLink(link, real);
    }
    return folder;
  }

  private String called(Path root) throws WrongUsage {
    Path last = root.getFileName();
    String called = name != null ? name : last == null ? "" : last.toString();
    if (called.isEmpty()) {
      throw new WrongUsage(
          files.size() > 1
              ? "several files arrive in one folder; name it with --name"
              : root + " has no name; give one with --name");
    }
    if (!SourceFile.isUsable(called)) {
      throw new WrongUsage(
          "no file can be called '" + called + "' everywhere; give another --name");
    }
    return called;
  }

  private int push(TrackerApi api, RolloutTarget target, Optional<SigningKey> key, Path root)
      throws Exception {
    Source source = Source.scan(root, Source.Without.NOTHING);
    source.skipped().forEach(line -> terminal.say("left out " + Text.printable(line)));
    Offer offer = Offer.of(terminal, source, called(root), api.base() + "/announce");
    try (Session session = options.open(terminal, Optional.empty())) {
      Transfer transfer = offer.seed(session, options.trackers(api.trackersOf(offer.torrent())));
      awaitSeeding(transfer);
      api.publish(
          offer.bytes(),
          PublishCommand.about(offer.torrent(), offer.torrent().name(), target.labels(), key));
      Optional<ToldRollout> running = running(api.rollouts(), target, offer);
      ToldRollout rollout =
          running.isPresent() ? running.get() : begun(api.rollouts(), target, offer);
      terminal.note(
          Text.printable(
              "giving %s, %s, at %s; rollout %s"
                  .formatted(
                      offer.torrent().name(),
                      ByteSize.format(offer.torrent().totalBytes()),
                      PeerWords.usable(session.listening()),
                      rollout.id())));
      var before = running.map(one -> Duration.between(one.created(), Instant.now()));
      return new Push(terminal, api.rollouts(), rollout, transfer, target.labels(), before)
          .follow(waits || by == null, json); // who says no time does not mind another's
    }
  }

  /** It is there already when machines come for it. */
  private void awaitSeeding(Transfer transfer) throws Failure, InterruptedException {
    while (transfer.status().state() != TransferStatus.State.SEEDING) {
      SeedCommand.failIfFailed(transfer, transfer.status());
      if (terminal.stop().await(GLANCE)) {
        throw new Failure("stopped before anything was published");
      }
    }
  }

  /** The one that runs already, if the same was typed before. */
  private Optional<ToldRollout> running(RolloutApi rollouts, RolloutTarget target, Offer offer)
      throws IOException {
    String hash = offer.torrent().infoHash().hex();
    if (by == null && target.isLabelsOnly()) {
      for (ToldRollout.State state : List.of(ToldRollout.State.RUNNING, ToldRollout.State.LATE)) {
        for (ToldRollout each : rollouts.all(Optional.of(state))) {
          if (each.isFor(hash, target.labels())) {
            return Optional.of(each);
          }
        }
      }
    }
    return Optional.empty();
  }

  private ToldRollout begun(RolloutApi rollouts, RolloutTarget target, Offer offer)
      throws IOException {
    String hash = offer.torrent().infoHash().hex();
    return rollouts.create(RolloutCommand.wanted(hash, target, Optional.ofNullable(by)).build());
  }
}
