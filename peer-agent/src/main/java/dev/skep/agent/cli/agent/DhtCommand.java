package dev.skep.agent.cli.agent;

import dev.skep.agent.cli.console.Failure;
import dev.skep.agent.cli.console.JsonOption;
import dev.skep.agent.cli.console.Numbers;
import dev.skep.agent.cli.console.Terminal;
import dev.skep.agent.cli.console.Text;
import dev.skep.agent.cli.console.WrongUsage;
import dev.skep.agent.datagram.DatagramPort;
import dev.skep.agent.dht.Dht;
import dev.skep.agent.dht.live.DhtSettings;
import dev.skep.agent.dht.live.LiveDht;
import dev.skep.agent.trust.SigningKey;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import dev.skep.protocol.dht.DhtItem;
import dev.skep.protocol.dht.Krpc;
import dev.skep.protocol.dht.NodeId;
import dev.skep.protocol.dht.PeerFilter;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.MetainfoException;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What the DHT knows, and a node of it; each method is a command. */
@Command(
    name = "dht",
    description =
        "Shows how an agent stands with the DHT; or looks something up there, or runs a node.",
    synopsisSubcommandLabel = "[COMMAND]",
    footer = {"", "Example: skep dht lookup 0123456789012345678901234567890123456789"})
public final class DhtCommand implements Callable<Integer> {
  private static final Duration STOP_GRACE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofSeconds(60);
  private static final String HEX_HASH = "[0-9a-fA-F]{40}";

  private final Terminal terminal;

  @Mixin private AgentAccess agent = new AgentAccess();

  @Mixin private JsonOption json = new JsonOption();

  public DhtCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Failure, WrongUsage {
    JsonObject fields =
        Json.createObjectBuilder()
            .add("fields", Json.createArrayBuilder().add("dht_enabled").add("skep_dht"))
            .build();
    JsonObject said = agent.api(terminal).call("session_get", fields);
    if (!said.getBoolean("dht_enabled", false)) {
      throw new Failure(
          "the agent is not in the DHT: skep.agent.dht is false, or its UDP port was taken at the"
              + " start");
    }
    JsonObject dht = said.getJsonObject("skep_dht");
    if (json.isOn()) {
      JsonOption.print(terminal, dht);
      return 0;
    }
    fact("nodes", dht.getInt("ipv4_nodes") + " (IPv4), " + dht.getInt("ipv6_nodes") + " (IPv6)");
    fact("lookups", dht.getInt("lookups") + " now, " + dht.getInt("waiting") + " waiting");
    fact(
        "kept for others",
        "%s of %s, %s"
            .formatted(
                Numbers.count(dht.getInt("peers"), "peer"),
                Numbers.count(dht.getInt("torrents"), "torrent"),
                Numbers.count(dht.getInt("items"), "item")));
    fact(
        "datagrams",
        "%s sent, %s received, %s refused, %s wrong"
            .formatted(
                grouped(dht, "sent"),
                grouped(dht, "received"),
                grouped(dht, "refused"),
                grouped(dht, "wrong")));
    return 0;
  }

  private static String grouped(JsonObject of, String name) {
    return Numbers.grouped(of.getJsonNumber(name).longValue());
  }

  private void fact(String name, String value) {
    terminal.out().println("%-16s %s".formatted(name, value));
  }

  // ---- Peers ----

  @Command(
      description = "Looks for the peers of a torrent, and prints one in each line.",
      footer = {"", "Example: skep dht lookup 'magnet:?xt=urn:btih:…' --node 192.168.1.10:6881"})
  int lookup(
      @Parameters(paramLabel = "HASH", description = "An info-hash, or a magnet link.")
          String source,
      @Mixin DhtNodes nodes,
      @Mixin JsonOption document)
      throws Failure, WrongUsage, IOException, InterruptedException {
    InfoHash about = infoHash(source);
    Set<Endpoint> peers = ConcurrentHashMap.newKeySet();
    Counts counts = new Counts();
    int answered =
        nodes.ask(
            terminal,
            (dht, ended) -> dht.search(about, Optional.empty(), new Peers(peers, counts, ended)));
    List<String> sorted = peers.stream().map(Endpoint::toString).sorted().toList();
    if (document.isOn()) {
      JsonArrayBuilder all = Json.createArrayBuilder();
      sorted.forEach(all::add);
      JsonOption.print(
          terminal,
          Json.createObjectBuilder()
              .add("infoHash", about.hex())
              .add("peers", all)
              .add("seeders", counts.seeders())
              .add("leechers", counts.leechers())
              .add("nodes", answered)
              .build());
      return peers.isEmpty() ? 1 : 0;
    }
    sorted.forEach(terminal.out()::println);
    terminal.note(
        "about %s, %s"
            .formatted(
                Numbers.count(counts.seeders(), "seeder"),
                Numbers.count(counts.leechers(), "leecher")));
    if (peers.isEmpty()) {
      throw new Failure(
          "the %s nearest to %s know no peer of it"
              .formatted(Numbers.count(answered, "node"), about.hex()));
    }
    return 0;
  }

  /** What nodes count together (BEP 33). */
  private static final class Counts {
    private final PeerFilter seeds = new PeerFilter();
    private final PeerFilter others = new PeerFilter();

    synchronized void add(Krpc.Counts counts) {
      seeds.addAll(counts.seeds());
      others.addAll(counts.peers());
    }

    synchronized long seeders() {
      return Math.round(seeds.estimate());
    }

    synchronized long leechers() {
      return Math.round(others.estimate());
    }
  }

  private record Peers(Set<Endpoint> all, Counts counts, IntConsumer ended) implements Dht.Search {
    @Override
    public void found(List<Endpoint> peers) {
      all.addAll(peers);
    }

    @Override
    public boolean wantsCounts() {
      return true;
    }

    @Override
    public void counted(Krpc.Counts more) {
      counts.add(more);
    }

    @Override
    public void ended(int answered) {
      ended.accept(answered);
    }
  }

  private static InfoHash infoHash(String source) throws WrongUsage {
    try {
      return source.matches(HEX_HASH) ? InfoHash.fromHex(source) : Magnet.parse(source).infoHash();
    } catch (MetainfoException e) {
      throw new WrongUsage("'" + source + "' is neither an info-hash of 40 digits nor a magnet");
    }
  }

  // ---- Items ----

  @Command(
      description = "Prints an item that nodes of the DHT keep (BEP 44).",
      footer = {
        "",
        "Examples:",
        "  skep dht get e5f96f6f38320f0f33959cb4d3d656452117aadb",
        "  skep dht get --salt status \"$(cat release.key.pub)\""
      })
  int get(
      @Parameters(
              paramLabel = "KEY",
              description =
                  "Its hash of 40 digits; or its owner's public key, in Base64 or 64 digits.")
          String key,
      @Option(names = "--salt", paramLabel = "TEXT", description = "Which one of its owner's.")
          @Nullable String salt,
      @Mixin DhtNodes nodes,
      @Mixin JsonOption document)
      throws Failure, WrongUsage, IOException, InterruptedException {
    BString which = BString.of(salt == null ? "" : salt);
    NodeId target = target(key, which);
    Items items = new Items(new AtomicReference<>(Optional.empty()));
    nodes.ask(terminal, (dht, ended) -> dht.get(target, which, items.until(ended)));
    DhtItem item =
        items.best().get().orElseThrow(() -> new Failure("no node keeps anything at " + target));
    if (document.isOn()) {
      var all =
          Json.createObjectBuilder().add("target", target.toString()).add("value", text(item));
      if (item instanceof DhtItem.Mutable signed) {
        all.add("sequence", signed.sequence());
      }
      JsonOption.print(terminal, all.build());
    } else {
      terminal.out().println(Text.printable(text(item)));
    }
    return 0;
  }

  private static NodeId target(String key, BString salt) throws WrongUsage {
    if (key.matches(HEX_HASH)) {
      return NodeId.of(InfoHash.fromHex(key));
    }
    try {
      byte[] raw =
          key.matches("[0-9a-fA-F]{64}")
              ? HexFormat.of().parseHex(key)
              : Base64.getDecoder().decode(key.strip());
      if (raw.length == DhtItem.Mutable.KEY_BYTES) {
        return DhtItem.Mutable.target(BString.of(raw), salt);
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw new WrongUsage("'" + key + "' is neither a hash of 40 digits nor a public key");
  }

  /** As text where it is one; else as it is encoded. */
  private static String text(DhtItem item) {
    BValue value = item.value();
    return value instanceof BString string && string.utf8().isPresent()
        ? string.utf8().get()
        : new String(value.rawBytes(), StandardCharsets.ISO_8859_1);
  }

  /** The one that counts of those that were found. */
  private record Items(AtomicReference<Optional<DhtItem>> best) {
    Dht.ItemSearch until(IntConsumer ended) {
      return new Dht.ItemSearch() {
        @Override
        public void found(DhtItem item) {
          best.accumulateAndGet(Optional.of(item), (a, b) -> sequence(b) > sequence(a) ? b : a);
        }

        @Override
        public void ended(int answered) {
          ended.accept(answered);
        }
      };
    }

    private static long sequence(Optional<DhtItem> item) {
      if (item.isEmpty()) {
        return Long.MIN_VALUE;
      }
      return item.get() instanceof DhtItem.Mutable signed ? signed.sequence() : 0;
    }
  }

  @Command(
      description = "Has a text kept by nodes of the DHT, for two hours; prints how to get it.",
      footer = {
        "",
        "With --key it is its owner's, who may replace it: 'skep keygen' makes the key.",
        "Who keeps it forgets it after two hours, unless it is told again.",
        "",
        "Examples:",
        "  skep dht put 'Hello World!' --again 1h",
        "  skep dht put 'version 7' --key release.key --salt status"
      })
  int put(
      @Parameters(paramLabel = "TEXT", description = "At most 995 bytes.") String text,
      @Option(names = "--key", paramLabel = "FILE", description = "The owner's private key.")
          @Nullable Path keyFile,
      @Option(
              names = "--salt",
              paramLabel = "TEXT",
              description = "Tells several of one owner apart; at most 64 bytes.")
          @Nullable String salt,
      @Option(
              names = "--sequence",
              paramLabel = "N",
              description = "The highest one counts. Default: the seconds since 1970.")
          @Nullable Long sequence,
      @Option(
              names = "--again",
              paramLabel = "D",
              description = "Goes on: has it kept anew so often, such as 1h, until stopped.")
          @Nullable Duration again,
      @Mixin DhtNodes nodes)
      throws Failure, WrongUsage, IOException, InterruptedException {
    BString value = BString.of(text);
    BString which = BString.of(salt == null ? "" : salt);
    if (value.rawLength() > DhtItem.MOST_VALUE_BYTES) {
      throw new WrongUsage("the text is longer than 995 bytes");
    }
    if (which.length() > DhtItem.MOST_SALT_BYTES || (keyFile == null && which.length() > 0)) {
      throw new WrongUsage("--salt wants at most 64 bytes, and --key");
    }
    DhtItem item;
    String name;
    if (keyFile == null) {
      item = new DhtItem.Immutable(value);
      name = item.target().toString();
    } else {
      SigningKey key = SigningKey.read(keyFile);
      long number = sequence == null ? Instant.now().getEpochSecond() : sequence;
      byte[] signature = key.sign(DhtItem.Mutable.signedBytes(which, number, value));
      BString owner = BString.of(Base64.getDecoder().decode(key.publicKey()));
      item = new DhtItem.Mutable(owner, which, number, value, BString.of(signature));
      name = key.publicKey();
    }
    keep(item, nodes);
    terminal.out().println(name);
    if (again != null) {
      keepAgain(item, nodes, again);
    }
    return 0;
  }

  private void keep(DhtItem item, DhtNodes nodes)
      throws Failure, WrongUsage, IOException, InterruptedException {
    Items items = new Items(new AtomicReference<>(Optional.empty()));
    int keepers = nodes.ask(terminal, (dht, ended) -> dht.put(item, items.until(ended)));
    if (keepers == 0) {
      throw new Failure("no node of the DHT keeps it; the same command tries again");
    }
    terminal.note(Numbers.count(keepers, "node") + " were asked to keep it");
  }

  /** Until stopped: a network that is away comes back. */
  private void keepAgain(DhtItem item, DhtNodes nodes, Duration pause)
      throws WrongUsage, InterruptedException {
    terminal.stop().watch(STOP_GRACE);
    terminal.note("goes on (Ctrl-C ends it)");
    while (!terminal.stop().await(pause)) {
      try {
        keep(item, nodes);
      } catch (Failure | IOException e) {
        if (!terminal.stop().isAsked()) {
          terminal.say(String.valueOf(e.getMessage()));
        }
      }
    }
  }

  // ---- A node ----

  @Command(
      description = "Runs a node of the DHT that others begin with, until stopped.",
      footer = {
        "",
        "Agents are led to it by skep.agent.dht.nodes=HOST:PORT, or by a torrent's nodes.",
        "",
        "Example: skep dht run --port 6881 --data /var/lib/skep-dht"
      })
  int run(
      @Option(
              names = {"-p", "--port"},
              paramLabel = "N",
              description = "UDP port. Default: 6881.")
          @Nullable Integer port,
      @Option(names = "--bind", paramLabel = "ADDR", description = "Local address. Default: all.")
          @Nullable String bind,
      @Option(
              names = "--data",
              paramLabel = "DIR",
              description = "Folder of what is kept over a restart. Default: nothing is.")
          @Nullable Path data,
      @Mixin DhtNodes nodes)
      throws WrongUsage, IOException, InterruptedException {
    InetAddress address = address(bind);
    Optional<Path> state = Optional.ofNullable(data).map(folder -> folder.resolve("dht.nodes"));
    DhtSettings settings = new DhtSettings(nodes.doors(terminal, false), false, state);
    terminal.stop().watch(STOP_GRACE);
    try (DatagramPort udp = DatagramPort.open(address, port == null ? 6881 : port);
        LiveDht dht = new LiveDht(udp, settings, (_, _) -> {})) {
      udp.begin(dht, this::guarded);
      terminal.note("ready on " + udp.at() + ", a node of the DHT (Ctrl-C ends it)");
      while (!terminal.stop().await(PAUSE)) {
        Dht.Status now = dht.status();
        terminal.note(
            "%s known, %s kept"
                .formatted(
                    Numbers.count(now.ipv4Nodes() + now.ipv6Nodes(), "node"),
                    Numbers.count(now.torrents(), "torrent")));
      }
    }
    return 0;
  }

  private void guarded(Runnable turn) {
    try {
      turn.run();
    } catch (RuntimeException e) {
      terminal.say("a fault in skep: " + e);
    }
  }

  private static InetAddress address(@Nullable String bind) throws WrongUsage {
    try {
      return bind == null ? new InetSocketAddress(0).getAddress() : InetAddress.ofLiteral(bind);
    } catch (IllegalArgumentException e) {
      throw new WrongUsage("--bind wants an IP address of this machine, not '" + bind + "'");
    }
  }
}
