package dev.skep.agent.config;

import dev.skep.protocol.encryption.Encryption;
import dev.skep.protocol.tracker.HostIdentity;
import dev.skep.service.logs.LogLines;
import dev.skep.service.settings.Form;
import dev.skep.service.settings.Key;
import dev.skep.service.settings.KeyList;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Every key that the agent knows. The first three groups hold for {@code seed} and {@code get} too,
 * without a flag; the others for {@code agent run}.
 */
public final class AgentKeys {
  private AgentKeys() {}

  public static final Key<Optional<Integer>> PORT =
      new Key<>(
          "skep.agent.port",
          "",
          Form.orNothing(Form.port()),
          "Port to listen on, of TCP and, for the DHT, of UDP. With none the first free one from"
              + " 6881 to 6889, or any.");
  public static final Key<Optional<String>> BIND =
      new Key<>(
          "skep.agent.bind",
          "",
          Form.orNothing(Form.text("text")),
          "Address of this machine to listen on and to connect from. With none every address.");
  public static final Key<Long> MAX_UP =
      new Key<>(
          "skep.agent.max.up", "0", Form.rate(), "Most that all torrents together send a second.");
  public static final Key<Long> MAX_DOWN =
      new Key<>(
          "skep.agent.max.down",
          "0",
          Form.rate(),
          "Most that all torrents together receive a second.");
  public static final Key<Optional<String>> LAN =
      new Key<>(
          "skep.agent.lan",
          "",
          Form.orNothing(Form.text("text")),
          "What counts as the local network, such as 10.0.0.0/8,fd00::/8: its peers are served"
              + " before all others. With none the private address ranges.");
  public static final Key<Boolean> LAN_UNLIMITED =
      new Key<>(
          "skep.agent.lan.unlimited",
          "false",
          Form.yesOrNo(),
          "Whether peers of the local network may take more than the two rates above.");

  public static final Key<Boolean> PEER_EXCHANGE =
      new Key<>(
          "skep.agent.pex",
          "true",
          Form.yesOrNo(),
          "Whether peers may tell one another of peers (BEP 11). Never for private torrents.");
  public static final Key<Boolean> LOCAL_DISCOVERY =
      new Key<>(
          "skep.agent.lsd",
          "true",
          Form.yesOrNo(),
          "Whether peers on the local network are found by multicast (BEP 14). Never for private"
              + " torrents.");

  public static final Key<Boolean> DHT =
      new Key<>(
          "skep.agent.dht",
          "true",
          Form.yesOrNo(),
          "Whether peers are found by the DHT (BEP 5), over the UDP port of the same number. Never"
              + " for private torrents. It begins with peers, neighbours and the nodes named below:"
              + " on a local network it needs nothing more.");
  public static final Key<List<String>> DHT_NODES =
      new Key<>(
          "skep.agent.dht.nodes",
          "",
          Form.words(",", "HOST:PORT with ',' between them"),
          "Nodes that lead into the DHT, asked as long as hardly anybody is known.");
  public static final Key<Boolean> DHT_PUBLIC =
      new Key<>(
          "skep.agent.dht.public",
          "false",
          Form.yesOrNo(),
          "Whether the well-known nodes of the public DHT are asked too. Without it nobody outside"
              + " is asked whom no torrent, peer or neighbour named.");
  public static final Key<Boolean> DHT_READ_ONLY =
      new Key<>(
          "skep.agent.dht.read.only",
          "false",
          Form.yesOrNo(),
          "Whether others are only asked and none answered (BEP 43), as behind a line that is paid"
              + " by volume.");

  public static final Key<Boolean> WEB_SEEDS =
      new Key<>(
          "skep.agent.web.seeds",
          "true",
          Form.yesOrNo(),
          "Whether web servers that a torrent or its magnet link names are asked for its data (BEP"
              + " 19). A private torrent's own are too.");
  public static final Key<Integer> WEB_REQUESTS =
      new Key<>(
          "skep.agent.web.requests",
          "4",
          Form.number(1, 32),
          "How many answers of one web server may be under way at once for one torrent.");

  public static final Key<Encryption> ENCRYPTION =
      new Key<>(
          "skep.agent.encryption",
          "allow",
          Form.oneOf(Encryption.class),
          "Which handshakes peers may begin with. With off plain ones only, with require encrypted"
              + " ones only, and then all that follows is encrypted too. With allow peers are"
              + " dialled plainly first, with prefer encrypted first, and the other way where they"
              + " hang up.");

  public static final Key<Boolean> PREALLOCATE =
      new Key<>(
          "skep.agent.preallocate",
          "false",
          Form.yesOrNo(),
          "Whether files are filled with zeros before a download starts, instead of sparse ones.");
  public static final Key<Boolean> PART_NAMES =
      new Key<>(
          "skep.agent.part.names",
          "false",
          Form.yesOrNo(),
          "Whether a file is called NAME.part until all of it is verified.");
  public static final Key<Duration> GIVE_UP =
      new Key<>(
          "skep.agent.give.up",
          "15s",
          Form.duration(Duration.ofSeconds(1), Duration.ofDays(30)),
          "How long a get goes on without a tracker that answers or a peer, or with a disk that is"
              + " full or cannot be written, before it fails.");

  public static final Key<Optional<Path>> DATA_FOLDER =
      new Key<>(
          "skep.agent.data.folder",
          "",
          Form.orNothing(Form.folder()),
          "Folder of what must survive a restart; one agent at a time. With none"
              + " ~/.local/share/skep-agent.");
  public static final Key<Optional<Path>> DOWNLOAD_FOLDER =
      new Key<>(
          "skep.agent.download.folder",
          "",
          Form.orNothing(Form.folder()),
          "Where data of torrents is put that are added without saying where. With none the folder"
              + " downloads in the data folder.");
  public static final Key<Boolean> START_ADDED =
      new Key<>(
          "skep.agent.start.added",
          "true",
          Form.yesOrNo(),
          "Whether torrents that are added begin at once, instead of paused.");
  public static final Key<Integer> ACTIVE_DOWNLOADS =
      new Key<>(
          "skep.agent.active.downloads",
          "20",
          Form.number(0, 100_000),
          "Most torrents that download at a time; others wait for their turn. 0 for all.");
  public static final Key<Integer> ACTIVE_SEEDS =
      new Key<>(
          "skep.agent.active.seeds",
          "0",
          Form.number(0, 100_000),
          "Most complete torrents that serve peers at a time. 0 for all.");

  public static final Key<List<Followed>> FOLLOW =
      new Key<>(
          "skep.agent.follow",
          "",
          Followed.ALL,
          "Every torrent that the catalogue carries under the label is fetched, and appears in the"
              + " folder when it is complete. drop=yes forgets what is carried no more, drop=data"
              + " deletes its data too.");
  public static final Key<Duration> FOLLOW_INTERVAL =
      new Key<>(
          "skep.agent.follow.interval",
          "4s",
          Form.duration(Duration.ofMillis(100), Duration.ofDays(1)),
          "How often a catalogue is asked whether it has changed, at the latest.");
  public static final Key<Optional<Path>> FOLLOW_TRUST =
      new Key<>(
          "skep.agent.follow.trust",
          "",
          Form.orNothing(Form.file()),
          "File with public keys, one on a line: only what one of them signed is fetched.");
  public static final Key<List<Watched>> WATCH =
      new Key<>(
          "skep.agent.watch",
          "",
          Watched.ALL,
          "Every .torrent and .magnet file that is put into the folder is added.");
  public static final Key<Duration> WATCH_INTERVAL =
      new Key<>(
          "skep.agent.watch.interval",
          "3s",
          Form.duration(Duration.ofMillis(100), Duration.ofDays(1)),
          "How often these folders and those below are looked into.");
  public static final Key<List<SharedFolder>> SEED_FOLDERS =
      new Key<>(
          "skep.agent.seed.folders",
          "",
          SharedFolder.ALL,
          "Every file and folder that lies there is made into a torrent and seeded, anew when it"
              + " changes; where a tracker is named it is published there.");
  public static final Key<Optional<HookCommand>> ON_DONE =
      new Key<>(
          "skep.agent.on.done",
          "",
          HookCommand.FORM,
          "Run when a torrent of a follow or watch is complete and at its place; no shell sees"
              + " it.");
  public static final Key<Duration> ON_DONE_TIME =
      new Key<>(
          "skep.agent.on.done.time",
          "60s",
          Form.duration(Duration.ofMillis(100), Duration.ofDays(1)),
          "How long it may take before it is ended.");
  public static final Key<Integer> ON_DONE_TRIES =
      new Key<>(
          "skep.agent.on.done.tries",
          "3",
          Form.number(1, 1000),
          "How often it is tried until the agent starts again.");
  public static final Key<Duration> ON_DONE_PAUSE =
      new Key<>(
          "skep.agent.on.done.pause",
          "10s",
          Form.duration(Duration.ZERO, Duration.ofDays(1)),
          "How long after a failure it is tried again.");

  public static final Key<Optional<Double>> GOAL_RATIO =
      new Key<>(
          "skep.agent.goal.ratio",
          "",
          Form.orNothing(ratio()),
          "A complete torrent that sent so many times its size is paused.");
  public static final Key<Optional<Duration>> GOAL_SEED_TIME =
      new Key<>(
          "skep.agent.goal.seed.time",
          "",
          Form.orNothing(Form.duration(Duration.ofSeconds(1), Duration.ofDays(36_500))),
          "A torrent that was complete and at work for so long is paused.");
  public static final Key<Optional<Duration>> GOAL_IDLE =
      new Key<>(
          "skep.agent.goal.idle",
          "",
          Form.orNothing(Form.duration(Duration.ofSeconds(1), Duration.ofDays(36_500))),
          "A complete torrent of which nobody took anything for so long is paused.");

  public static final Key<Boolean> PAUSED =
      new Key<>(
          "skep.agent.paused",
          "false",
          Form.yesOrNo(),
          "Whether nothing is moved at all, whatever is said of single torrents. 'skep agent pause"
              + " --everything' changes it while the agent runs.");
  public static final Key<Boolean> ALTERNATIVE =
      new Key<>(
          "skep.agent.alt",
          "false",
          Form.yesOrNo(),
          "Whether the two rates below hold instead of max.up and max.down.");
  public static final Key<Long> ALTERNATIVE_UP =
      new Key<>("skep.agent.alt.up", "50000B/s", Form.rate(), "Instead of max.up.");
  public static final Key<Long> ALTERNATIVE_DOWN =
      new Key<>("skep.agent.alt.down", "50000B/s", Form.rate(), "Instead of max.down.");
  public static final Key<Boolean> ALTERNATIVE_TIMED =
      new Key<>(
          "skep.agent.alt.timed",
          "false",
          Form.yesOrNo(),
          "Whether they begin to hold and end to at the times below; somebody may switch"
              + " meanwhile.");
  public static final Key<TimesOfWeek> ALTERNATIVE_TIMES =
      new Key<>(
          "skep.agent.alt.times",
          "mon,tue,wed,thu,fri,sat,sun 09:00-17:00",
          new Form<>(TimesOfWeek.EXPECTED, TimesOfWeek::read),
          "When, by this machine's clock.");

  public static final Key<Optional<String>> NAME =
      new Key<>(
          "skep.agent.name",
          "",
          Form.orNothing(hostName()),
          "What trackers that are followed call this machine. With none the system's name for it.");
  public static final Key<List<String>> LABELS =
      new Key<>(
          "skep.agent.labels",
          "",
          hostLabels(),
          "What else a rollout may mean this machine by, besides its name and the labels that it"
              + " follows.");
  public static final Key<List<String>> REPORTS =
      new Key<>(
          "skep.agent.reports",
          "",
          Form.words(",", "base URLs of trackers with ',' between them"),
          "Which trackers hear how far this machine is with torrents that came otherwise and name"
              + " them. One that is followed hears so of what came from it.");

  public static final Key<List<LabelLimit>> LABEL_LIMITS =
      new Key<>(
          "skep.agent.label.limits",
          "",
          LabelLimit.ALL,
          "Most that all torrents with a label together move a second. 'skep agent limit --label'"
              + " changes it while the agent runs.");

  public static final Key<Integer> RPC_PORT =
      new Key<>(
          "skep.agent.rpc.port",
          "9091",
          Form.port(),
          "TCP port of the remote control, health and metrics.");
  public static final Key<String> RPC_BIND =
      new Key<>(
          "skep.agent.rpc.bind",
          "127.0.0.1",
          Form.text("an address of this machine"),
          "Address of it. Another than of the loopback interface needs a password.");
  public static final Key<String> RPC_USER =
      new Key<>(
          "skep.agent.rpc.user",
          "skep",
          Form.text("a name"),
          "Who may control the agent, where there is a password.");
  public static final Key<Optional<String>> RPC_PASSWORD =
      new Key<>(
          "skep.agent.rpc.password",
          "",
          Form.orNothing(Form.text("what 'skep agent password' prints")),
          "The salted hash of the password; nobody can tell the password from it.");
  public static final Key<List<String>> RPC_HOSTS =
      new Key<>(
          "skep.agent.rpc.hosts",
          "",
          Form.words(",", "host names with ',' between them"),
          "Names that this machine is asked by, besides localhost and addresses. A page in a"
              + " browser that was led here under another name is refused.");
  public static final Key<Optional<String>> RPC_ALLOWED =
      new Key<>(
          "skep.agent.rpc.allowed",
          "",
          Form.orNothing(Form.text("blocks of addresses with ',' between them")),
          "Who may connect at all. With none everybody.");

  public static final Key<LogLines.Form> LOG_FORMAT =
      new Key<>(
          "skep.agent.log.format", "text", Form.oneOf(LogLines.Form.class), "How log lines look.");
  public static final Key<Optional<Path>> LOG_FILE =
      new Key<>(
          "skep.agent.log.file",
          "",
          Form.orNothing(Form.file()),
          "Where log lines are written instead of stderr.");
  public static final Key<Long> LOG_FILE_SIZE =
      new Key<>(
          "skep.agent.log.file.size",
          "10MiB",
          Form.size(1024, 1L << 40),
          "A file that is so long becomes FILE.1, that FILE.2, and so on.");
  public static final Key<Integer> LOG_FILES =
      new Key<>(
          "skep.agent.log.files",
          "5",
          Form.number(0, 1000),
          "How many of those there are; the oldest goes.");
  public static final Key<LogLines.From> LOG_LEVEL =
      new Key<>(
          "skep.agent.log.level",
          "info",
          Form.oneOf(LogLines.From.class),
          "Which events are logged: these and more important ones. 'skep agent log' changes it"
              + " while the agent runs.");

  private static Form<String> hostName() {
    return new Form<>(
        "1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit",
        text -> Optional.of(text).filter(HostIdentity::isName));
  }

  private static Form<List<String>> hostLabels() {
    Form<List<String>> words =
        Form.words(
            ",",
            "at most "
                + HostIdentity.MOST_LABELS
                + " labels of A-Z a-z 0-9 . _ - with ',' between");
    return new Form<>(
        words.expected(),
        text ->
            words
                .reader()
                .apply(text)
                .filter(all -> all.size() <= HostIdentity.MOST_LABELS)
                .filter(all -> all.stream().allMatch(HostIdentity::isName)));
  }

  private static Form<Double> ratio() {
    return new Form<>(
        "a number such as 1.5",
        text ->
            text.matches("\\d{1,6}(\\.\\d{1,6})?")
                ? Optional.of(Double.valueOf(text))
                : Optional.empty());
  }

  /** All of them, under their headings. */
  public static final KeyList ALL =
      new KeyList(
          "skep.agent.",
          List.of(
              new KeyList.Group(
                  "Connections",
                  List.of(PORT, BIND, MAX_UP, MAX_DOWN, LAN, LAN_UNLIMITED, ENCRYPTION)),
              new KeyList.Group(
                  "Finding peers",
                  List.of(
                      PEER_EXCHANGE,
                      LOCAL_DISCOVERY,
                      DHT,
                      DHT_NODES,
                      DHT_PUBLIC,
                      DHT_READ_ONLY,
                      WEB_SEEDS,
                      WEB_REQUESTS)),
              new KeyList.Group("Downloads", List.of(PREALLOCATE, PART_NAMES, GIVE_UP)),
              new KeyList.Group(
                  "The service",
                  List.of(
                      DATA_FOLDER,
                      DOWNLOAD_FOLDER,
                      START_ADDED,
                      ACTIVE_DOWNLOADS,
                      ACTIVE_SEEDS,
                      LOG_FORMAT,
                      LOG_LEVEL,
                      LOG_FILE,
                      LOG_FILE_SIZE,
                      LOG_FILES)),
              new KeyList.Group(
                  "Torrents that come by themselves",
                  List.of(
                      FOLLOW,
                      FOLLOW_INTERVAL,
                      FOLLOW_TRUST,
                      WATCH,
                      WATCH_INTERVAL,
                      SEED_FOLDERS,
                      ON_DONE,
                      ON_DONE_TIME,
                      ON_DONE_TRIES,
                      ON_DONE_PAUSE)),
              new KeyList.Group(
                  "What trackers hear of this machine", List.of(NAME, LABELS, REPORTS)),
              new KeyList.Group(
                  "When a torrent's part is done", List.of(GOAL_RATIO, GOAL_SEED_TIME, GOAL_IDLE)),
              new KeyList.Group(
                  "Rates of some torrents, and at times",
                  List.of(
                      LABEL_LIMITS,
                      PAUSED,
                      ALTERNATIVE,
                      ALTERNATIVE_UP,
                      ALTERNATIVE_DOWN,
                      ALTERNATIVE_TIMED,
                      ALTERNATIVE_TIMES)),
              new KeyList.Group(
                  "Remote control",
                  List.of(RPC_PORT, RPC_BIND, RPC_USER, RPC_PASSWORD, RPC_HOSTS, RPC_ALLOWED))),
          KeyList.Others.NONE);
}
