package dev.skep.tracker.config;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;

import dev.skep.service.settings.Form;
import dev.skep.service.settings.Key;
import dev.skep.service.settings.KeyList;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Every key the tracker knows; the default file and the documentation are made of this list. */
public final class Keys {
  private Keys() {}

  /** Which torrents peers may announce. */
  public enum OpenTo {
    ALL,
    REGISTERED
  }

  /** What proxies name the asker in. */
  public enum ProxyHeader {
    X_FORWARDED_FOR,
    FORWARDED
  }

  /** Which peers are handed out first. */
  public enum Selection {
    UNIFORM,
    UPLOADERS,
    NEAR
  }

  public static final Key<Integer> HTTP_PORT =
      new Key<>("skep.http.port", "6969", Form.port(), "TCP port of announces, pages and the API.");
  public static final Key<Boolean> UDP =
      new Key<>("skep.udp", "true", Form.yesOrNo(), "Whether announces over UDP are answered.");
  public static final Key<Integer> UDP_PORT =
      new Key<>("skep.udp.port", "6969", Form.port(), "UDP port of announces.");
  public static final Key<String> BIND =
      new Key<>(
          "skep.bind",
          "0.0.0.0",
          Form.text("an address of this machine"),
          "Address to listen on, for both; 0.0.0.0 stands for every address of this machine, IPv6"
              + " too.");
  public static final Key<Integer> UDP_THREADS =
      new Key<>(
          "skep.udp.threads",
          "1",
          Form.number(1, 64),
          "Threads that answer over UDP, each with a socket of its own.");
  public static final Key<Boolean> UDP_BATCHES =
      new Key<>(
          "skep.udp.batches",
          "true",
          Form.yesOrNo(),
          "Whether several datagrams are received and sent per system call, where the system can.");
  public static final Key<List<String>> TRUSTED_PROXIES =
      new Key<>(
          "skep.http.trusted.proxies",
          "",
          Form.words(",", "blocks of addresses with ',' between them"),
          "Proxies that say in a header who asks.");
  public static final Key<ProxyHeader> PROXY_HEADER =
      new Key<>(
          "skep.http.proxy.header",
          "x-forwarded-for",
          Form.oneOf(ProxyHeader.class),
          "Which header of these says it; forwarded is that of RFC 7239. The other one is not"
              + " looked at, since proxies pass on what strangers wrote there.");
  public static final Key<Optional<String>> PATH_PREFIX =
      new Key<>(
          "skep.http.prefix",
          "",
          Form.orNothing(Form.text("a path such as /tracker")),
          "Path under which a proxy shows the tracker. Requests may come with it or without it, and"
              + " links of pages have it.");
  public static final Key<List<String>> BALANCERS =
      new Key<>(
          "skep.http.proxy.protocol",
          "",
          Form.words(",", "blocks of addresses with ',' between them"),
          "Load balancers that say in front of each connection whose it is (PROXY protocol, 1 or"
              + " 2). A connection of theirs that says nothing is closed.");
  public static final Key<List<String>> MAY_STATE_ADDRESS =
      new Key<>(
          "skep.http.may.state.address",
          "",
          Form.words(",", "blocks of addresses with ',' between them"),
          "Who may announce another address than its own with ip, ipv4 or ipv6.");
  public static final Key<Duration> IDLE_TIMEOUT =
      new Key<>(
          "skep.http.idle.timeout",
          "30s",
          Form.duration(ofSeconds(1), ofHours(1)),
          "An HTTP connection on which nothing was asked for so long is closed, whatever half a"
              + " request it holds.");
  public static final Key<Long> READ_RATE =
      new Key<>(
          "skep.http.read.rate",
          "8KiB",
          Form.size(1, 1L << 30),
          "How much of a request is to come per second, on the whole, once it has taken as long as"
              + " a connection may be silent.");
  public static final Key<Duration> WRITE_TIMEOUT =
      new Key<>(
          "skep.http.write.timeout",
          "10s",
          Form.duration(ofSeconds(1), ofHours(1)),
          "An HTTP connection on which nothing of an answer was taken for so long is closed.");
  public static final Key<Long> WRITE_RATE =
      new Key<>(
          "skep.http.write.rate",
          "8KiB",
          Form.size(1, 1L << 30),
          "How much of an answer is to be taken per second, on the whole, before its connection is"
              + " closed.");
  public static final Key<Path> DATA_FOLDER =
      new Key<>(
          "skep.data.folder",
          "skep-data",
          Form.folder(),
          "Folder of what must survive a restart. Made when missing; one tracker at a time.");

  public static final Key<Duration> INTERVAL =
      new Key<>(
          "skep.announce.interval",
          "5m",
          Form.duration(ofSeconds(5), ofHours(12)),
          "How often peers are asked to announce.");
  public static final Key<Duration> MAX_INTERVAL =
      new Key<>(
          "skep.announce.interval.max",
          "15m",
          Form.duration(ofSeconds(5), ofHours(12)),
          "How far the interval may stretch under load.");
  public static final Key<Duration> MIN_INTERVAL =
      new Key<>(
          "skep.announce.interval.min",
          "1m",
          Form.duration(ofSeconds(1), ofHours(12)),
          "How long peers are told to wait at least between two announces.");
  public static final Key<Duration> PEER_TIMEOUT =
      new Key<>(
          "skep.announce.timeout",
          "20m",
          Form.duration(ofSeconds(10), ofHours(12)),
          "A peer that has been silent for so long is forgotten. More than the longest interval.");
  public static final Key<Integer> STRETCH_ABOVE =
      new Key<>(
          "skep.announce.stretch.above",
          "50000",
          Form.number(1, 100_000_000),
          "Announces per second above which the interval stretches, in proportion.");
  public static final Key<Integer> NUMWANT =
      new Key<>(
          "skep.announce.numwant",
          "50",
          Form.number(1, 200),
          "Peers handed out to a client that does not say how many it wants.");
  public static final Key<Integer> MAX_NUMWANT =
      new Key<>(
          "skep.announce.numwant.max", "200", Form.number(1, 500), "Most peers in one answer.");

  public static final Key<Selection> SELECTION =
      new Key<>(
          "skep.announce.selection",
          "uniform",
          Form.oneOf(Selection.class),
          "Which peers are handed out first: any, those who upload more, or those near the asker"
              + " (same /24 or /64, then same zone).");
  public static final Key<List<String>> ZONES =
      new Key<>(
          "skep.announce.zones",
          "",
          Form.words(
              ";", "zones with ';' between them, each a list of blocks with ',' between them"),
          "What lies near one another, for selection=near: 10.1.0.0/16,10.2.0.0/16;192.168.0.0/16"
              + " makes two zones.");
  public static final Key<Boolean> KEEP_PEER_IDS =
      new Key<>(
          "skep.announce.peer.ids",
          "false",
          Form.yesOrNo(),
          "Whether peer ids are kept for clients that ask for them: 20 bytes more for each peer.");

  public static final Key<Integer> MAX_SCRAPED =
      new Key<>(
          "skep.scrape.most",
          "74",
          Form.number(1, 1000),
          "Most torrents in one scrape over HTTP; over UDP it is 74.");
  public static final Key<Boolean> FULL_SCRAPE =
      new Key<>(
          "skep.scrape.full",
          "false",
          Form.yesOrNo(),
          "Whether a scrape that names no torrent is answered with all.");
  public static final Key<Duration> FULL_SCRAPE_INTERVAL =
      new Key<>(
          "skep.scrape.full.interval",
          "10s",
          Form.duration(ofMillis(100), ofHours(24)),
          "How often one full scrape is answered, whoever asks.");

  public static final Key<Long> SWARM_MEMORY =
      new Key<>(
          "skep.limit.memory",
          "0",
          Form.size(0, 1L << 40),
          "How much of the heap swarms may take, with what saving them takes; 0 for half of it."
              + " Where it is full, small torrents of those who brought many give way.");
  public static final Key<Integer> MAX_TORRENTS =
      new Key<>(
          "skep.limit.torrents",
          "0",
          Form.number(0, 10_000_000),
          "Most swarms that are kept at a time; 0 for as many as there is memory for.");
  public static final Key<Integer> MAX_PEERS =
      new Key<>(
          "skep.limit.peers",
          "0",
          Form.number(0, 50_000_000),
          "Most peers in all swarms together; 0 for as many as there is memory for.");
  public static final Key<Integer> MAX_PEERS_PER_TORRENT =
      new Key<>(
          "skep.limit.peers.per.torrent",
          "100000",
          Form.number(1, 16_000_000),
          "Most peers of each address family in one swarm.");
  public static final Key<Integer> NEW_TORRENTS_PER_ADDRESS =
      new Key<>(
          "skep.limit.torrents.per.address",
          "1000",
          Form.number(1, 10_000),
          "Most new torrents that one address (IPv6: one /48) may bring within a minute.");
  public static final Key<Integer> PORTS_PER_ADDRESS =
      new Key<>(
          "skep.limit.ports.per.address",
          "100",
          Form.number(1, 10_000),
          "Most peers of one address (IPv6: of one /64, and ten times as many of one /48) in one"
              + " swarm. One more is told of others, and nobody is told of it.");
  public static final Key<Integer> PRIVATE_TIMES =
      new Key<>(
          "skep.limit.private.times",
          "10",
          Form.number(1, 100),
          "How many times as many torrents, ports, HTTP connections and bytes of answers addresses"
              + " of this machine and of private networks may have; of connections and bytes no"
              + " more than half of all.");
  public static final Key<Integer> COMPLETED_PER_ADDRESS =
      new Key<>(
          "skep.limit.completed.per.address",
          "100",
          Form.number(1, 128),
          "Most completed downloads of one torrent within ten minutes that count for one address"
              + " (IPv6: for one /64), each with a peer id of its own.");
  public static final Key<Integer> MAX_CONNECTIONS =
      new Key<>(
          "skep.limit.connections",
          "0",
          Form.number(0, 1_000_000),
          "Most HTTP connections at a time; one more takes the place of one of the address that has"
              + " most, or is answered with 503 at once. 0 for 5000, or as many as there is room"
              + " for in a quarter of the heap, at 24 KiB each, and in the files that may be"
              + " open.");
  public static final Key<Integer> MAX_CONNECTIONS_PER_ADDRESS =
      new Key<>(
          "skep.limit.connections.per.address",
          "500",
          Form.number(1, 1_000_000),
          "Most HTTP connections of one address (IPv6: of one /64) at a time; one more is answered"
              + " with 503 at once.");
  public static final Key<List<String>> UNCOUNTED_CONNECTIONS =
      new Key<>(
          "skep.limit.connections.uncounted",
          "",
          Form.words(",", "blocks of addresses with ',' between them"),
          "Who may have any number of connections and bytes of answers, as trusted proxies may.");
  public static final Key<Long> MAX_UNSENT_BYTES =
      new Key<>(
          "skep.limit.answers",
          "0",
          Form.size(0, 64L << 30),
          "Most memory of answers over HTTP that are not taken yet. One more closes the connections"
              + " that take nothing, of the address that holds most first. 0 for 32MiB, or a"
              + " sixteenth of the heap if that is less.");
  public static final Key<Long> MAX_UNSENT_BYTES_PER_ADDRESS =
      new Key<>(
          "skep.limit.answers.per.address",
          "4MiB",
          Form.size(1 << 20, 64L << 30),
          "Most of it for one address (IPv6: one /64); one more closes those connections of it.");
  public static final Key<Integer> MAX_REQUESTS =
      new Key<>(
          "skep.limit.requests",
          "0",
          Form.number(0, 1000),
          "Most requests over HTTP at a time that are no announces, scrapes or health: pages, the"
              + " API, metrics. 0 stands for half of the processors. Others wait, and those who"
              + " wait for 10 s, or behind too many, are answered with 503. As many event streams"
              + " make what they tell at a time.");
  public static final Key<Integer> MAX_WAITING =
      new Key<>(
          "skep.limit.waiting",
          "256",
          Form.number(1, 100_000),
          "Most such requests that wait for their turn, each on its connection; one more is"
              + " answered with 503.");
  public static final Key<Integer> MAX_WAITING_PER_ADDRESS =
      new Key<>(
          "skep.limit.waiting.per.address",
          "32",
          Form.number(1, 100_000),
          "Most of them of one address (IPv6: of one /64), and no more than there is room left"
              + " for.");
  public static final Key<Integer> MAX_ARRIVALS =
      new Key<>(
          "skep.limit.arrivals",
          "512",
          Form.number(1, 100_000),
          "How many new HTTP connections may wait to be served while the processors are busy, up to"
              + " twice as many in passing; one more is reset. More wait longer in overload, and"
              + " take memory meanwhile.");
  public static final Key<Long> MAX_UPLOAD_BYTES =
      new Key<>(
          "skep.limit.uploads",
          "0",
          Form.size(0, 64L << 30),
          "Most bytes of .torrent files together that are being registered; one more is answered"
              + " with 503. 0 for a thirty-second of the heap, or one of the largest size.");
  public static final Key<Integer> MAX_REGISTERED =
      new Key<>(
          "skep.limit.registered",
          "100000",
          Form.number(0, 1_000_000),
          "Most torrents in the catalogue.");
  public static final Key<Long> MAX_METAINFO_BYTES =
      new Key<>(
          "skep.limit.metainfo",
          "10MiB",
          Form.size(1 << 10, 64L << 20),
          "Largest .torrent file that the catalogue takes.");
  public static final Key<Long> MAX_CATALOGUE_BYTES =
      new Key<>(
          "skep.limit.catalogue",
          "4GiB",
          Form.size(0, 1L << 50),
          "Most bytes of .torrent files in the catalogue together; they are on the disk only.");

  public static final Key<List<String>> CATALOGUE_KEEP =
      new Key<>(
          "skep.catalogue.keep",
          "",
          Form.words(",", "LABEL=NUMBER with ',' between them"),
          "How many torrents of a label stay in the catalogue, those that were published last:"
              + " web=3,db=10. Older ones are removed, unless another of their labels here keeps"
              + " them.");
  public static final Key<List<String>> CATALOGUE_WATCH =
      new Key<>(
          "skep.catalogue.watch",
          "",
          Form.words(";", "FOLDER [label=LABEL,…] with ';' between them"),
          "Folders whose .torrent files are put into the catalogue, under these labels, once nobody"
              + " writes to them any more; their names end with .added then, or with .bad.");
  public static final Key<List<String>> PUBLIC_URLS =
      new Key<>(
          "skep.public.url",
          "",
          Form.words(",", "URLs with ',' between them"),
          "Where the world finds this tracker:"
              + " http://tracker.example:6969,udp://tracker.example:6969. Torrents that are"
              + " published then name these as their trackers, and no others.");
  public static final Key<Integer> MAX_STREAMS =
      new Key<>(
          "skep.limit.streams",
          "500",
          Form.number(0, 100_000),
          "Most event streams at a time; one more is answered with 503.");
  public static final Key<Integer> MAX_STREAMS_PER_ADDRESS =
      new Key<>(
          "skep.limit.streams.per.address",
          "20",
          Form.number(1, 100_000),
          "Most event streams of one address (IPv6: of one /64, and ten times as many of one /48)"
              + " at a time.");

  public static final Key<Duration> ROLLOUT_INTERVAL =
      new Key<>(
          "skep.rollout.interval",
          "15s",
          Form.duration(ofSeconds(1), ofHours(1)),
          "How often a host reports that is not done with a torrent.");
  public static final Key<Duration> ROLLOUT_PATIENCE =
      new Key<>(
          "skep.rollout.stalled.after",
          "2m",
          Form.duration(ofSeconds(3), ofHours(24)),
          "A host of a rollout that is silent for so long, or fetches nothing, is stalled. At least"
              + " three times the interval.");
  public static final Key<Integer> ROLLOUT_HISTORY =
      new Key<>(
          "skep.rollout.history",
          "100",
          Form.number(0, 10_000),
          "How many rollouts are kept that have ended, those that ended last.");
  public static final Key<List<String>> REPORTS_FROM =
      new Key<>(
          "skep.rollout.reports.from",
          "",
          Form.words(",", "blocks of addresses with ',' between them"),
          "From where reports of hosts are taken; with none, from all who may announce.");
  public static final Key<Duration> FORGET_HOSTS =
      new Key<>(
          "skep.rollout.hosts.forget",
          "7d",
          Form.duration(ofHours(1), ofHours(24 * 365)),
          "A host that is silent for so long and is of no rollout that runs is forgotten.");
  public static final Key<Integer> MAX_ROLLOUTS =
      new Key<>(
          "skep.limit.rollouts",
          "100",
          Form.number(0, 1000),
          "Most rollouts that run at a time; one more is answered with 409.");
  public static final Key<Integer> MAX_ROLLOUT_HOSTS =
      new Key<>(
          "skep.limit.rollout.hosts",
          "0",
          Form.number(0, 1_000_000),
          "Most hosts of all rollouts together. Where they are more, rollouts that ended first are"
              + " forgotten; a quarter is kept for hosts that are asked for. 0 for 50000, or as"
              + " many as there is room for in a sixteenth of the heap, at 600 bytes each.");
  public static final Key<Integer> MAX_HOSTS =
      new Key<>(
          "skep.limit.hosts",
          "10000",
          Form.number(1, 100_000),
          "Most hosts that are known, with what they said last. One more takes the place of one"
              + " that nobody asked for, or nothing is noted of it.");
  public static final Key<Long> HOSTS_MEMORY =
      new Key<>(
          "skep.limit.hosts.memory",
          "0",
          Form.size(0, 1L << 40),
          "How much of the heap these hosts may take, 600 bytes each without labels and up to 10"
              + " KiB with what they said; 0 for a sixteenth of it. Where it is full, one more"
              + " takes the place of one that nobody asked for, nothing is noted of more labels,"
              + " and of a torrent only in place of others.");
  public static final Key<Integer> MAX_HOSTS_PER_ADDRESS =
      new Key<>(
          "skep.limit.hosts.per.address",
          "100",
          Form.number(1, 100_000),
          "Most of them whose names were used first from one address (IPv6: one /64, and ten times"
              + " as many from one /48); from one of a private network skep.limit.private.times as"
              + " many.");
  public static final Key<List<String>> WEBHOOK_HOSTS =
      new Key<>(
          "skep.webhook.hosts",
          "",
          Form.words(",", "HOST or HOST:PORT with ',' between them"),
          "Whom rollouts may tell by a webhook when they are done or late, or a host failed:"
              + " hooks.lan,chat.lan:8443. No other is called.");
  public static final Key<Optional<String>> WEBHOOK_SECRET =
      new Key<>(
          "skep.webhook.secret",
          "",
          Form.orNothing(Form.text("text")),
          "With what webhooks are signed (HMAC-SHA256), 16 to 256 characters; they need one.");

  public static final Key<OpenTo> OPEN_TO =
      new Key<>(
          "skep.access.torrents",
          "all",
          Form.oneOf(OpenTo.class),
          "Which torrents peers may announce: all, or only those in the catalogue and on the allow"
              + " list.");
  public static final Key<Boolean> PASSKEY_REQUIRED =
      new Key<>(
          "skep.access.passkey.required",
          "false",
          Form.yesOrNo(),
          "Whether announces need a passkey that was given out: /PASSKEY/announce, or URL data over"
              + " UDP.");
  public static final Key<Optional<Path>> ACCESS_FILE =
      new Key<>(
          "skep.access.file",
          "",
          Form.orNothing(Form.file()),
          "File of access lists, passkeys and tokens that hold beside those of the API. It is read"
              + " again when it changes, and on SIGHUP.");
  public static final Key<Optional<String>> ADMIN_TOKEN =
      new Key<>(
          "skep.admin.token",
          "",
          Form.orNothing(Form.text("text")),
          "Who sends it as 'Authorization: Bearer TOKEN' may administer, nobody else. With none it"
              + " is the one in admin.token in the data folder, made at the first start.");
  public static final Key<Integer> ADMIN_ATTEMPTS =
      new Key<>(
          "skep.admin.attempts",
          "10",
          Form.number(1, 1_000_000),
          "Wrong tokens that one address (IPv6: one /64) may send in a minute; after that whatever"
              + " it sends as a token is answered with 429 for a while.");
  public static final Key<Integer> API_RATE =
      new Key<>(
          "skep.limit.api.per.address",
          "20",
          Form.number(1, 1_000_000),
          "Pages, lists and files that one address (IPv6: one /64) may ask for in a second, those"
              + " of five seconds at once; more are answered with 429. Administrators may ask"
              + " more.");

  public static final Key<Duration> SAVE_INTERVAL =
      new Key<>(
          "skep.save.interval",
          "3s",
          Form.duration(ofMillis(500), ofMinutes(5)),
          "How often swarms are saved in which peers came or left. What is younger is lost when"
              + " the process is killed. Where peers only announced again it is once a minute.");
  public static final Key<Duration> START_LIMIT =
      new Key<>(
          "skep.save.start.limit",
          "30s",
          Form.duration(ofSeconds(1), ofMinutes(10)),
          "A store that has not opened after so long, counted in time on processors, and a second"
              + " more for each MiB of it, is taken for damaged and set aside.");

  private static final List<KeyList.Group> GROUPS =
      List.of(
          new KeyList.Group(
              "Listening",
              List.of(
                  HTTP_PORT,
                  UDP,
                  UDP_PORT,
                  UDP_THREADS,
                  UDP_BATCHES,
                  BIND,
                  TRUSTED_PROXIES,
                  PROXY_HEADER,
                  PATH_PREFIX,
                  BALANCERS,
                  MAY_STATE_ADDRESS,
                  IDLE_TIMEOUT,
                  READ_RATE,
                  WRITE_TIMEOUT,
                  WRITE_RATE)),
          new KeyList.Group(
              "Announces",
              List.of(
                  INTERVAL,
                  MAX_INTERVAL,
                  MIN_INTERVAL,
                  PEER_TIMEOUT,
                  STRETCH_ABOVE,
                  NUMWANT,
                  MAX_NUMWANT,
                  SELECTION,
                  ZONES,
                  KEEP_PEER_IDS)),
          new KeyList.Group("Scrapes", List.of(MAX_SCRAPED, FULL_SCRAPE, FULL_SCRAPE_INTERVAL)),
          new KeyList.Group(
              "Limits",
              List.of(
                  SWARM_MEMORY,
                  MAX_TORRENTS,
                  MAX_PEERS,
                  MAX_PEERS_PER_TORRENT,
                  NEW_TORRENTS_PER_ADDRESS,
                  PORTS_PER_ADDRESS,
                  PRIVATE_TIMES,
                  COMPLETED_PER_ADDRESS,
                  MAX_CONNECTIONS,
                  MAX_CONNECTIONS_PER_ADDRESS,
                  UNCOUNTED_CONNECTIONS,
                  MAX_UNSENT_BYTES,
                  MAX_UNSENT_BYTES_PER_ADDRESS,
                  MAX_REQUESTS,
                  MAX_WAITING,
                  MAX_WAITING_PER_ADDRESS,
                  MAX_ARRIVALS,
                  MAX_UPLOAD_BYTES,
                  MAX_REGISTERED,
                  MAX_METAINFO_BYTES,
                  MAX_CATALOGUE_BYTES,
                  MAX_STREAMS,
                  MAX_STREAMS_PER_ADDRESS,
                  MAX_ROLLOUTS,
                  MAX_ROLLOUT_HOSTS,
                  MAX_HOSTS,
                  HOSTS_MEMORY,
                  MAX_HOSTS_PER_ADDRESS,
                  API_RATE)),
          new KeyList.Group("Catalogue", List.of(PUBLIC_URLS, CATALOGUE_KEEP, CATALOGUE_WATCH)),
          new KeyList.Group(
              "Rollouts",
              List.of(
                  ROLLOUT_INTERVAL,
                  ROLLOUT_PATIENCE,
                  ROLLOUT_HISTORY,
                  REPORTS_FROM,
                  FORGET_HOSTS,
                  WEBHOOK_HOSTS,
                  WEBHOOK_SECRET)),
          new KeyList.Group(
              "Access",
              List.of(OPEN_TO, PASSKEY_REQUIRED, ACCESS_FILE, ADMIN_TOKEN, ADMIN_ATTEMPTS)),
          new KeyList.Group("Saving", List.of(DATA_FOLDER, SAVE_INTERVAL, START_LIMIT)));

  /** All of them, under their headings. */
  public static final KeyList ALL =
      new KeyList(
          "skep.",
          GROUPS,
          new KeyList.Others(
              // What the HTTP server itself understands, TLS for example, and the agent's keys.
              List.of("server.", "metrics.", "health.", "mp.", "skep.agent."),
              // For the launcher, the digests and the build's tests.
              Set.of("skep.launcher", "skep.terminal", "skep.digests", "skep.home", "skep.full"),
              // For the launcher, for commands, and of the manifests in k8s.
              Set.of("SKEP_JAVA_OPTS", "SKEP_DEBUG", "SKEP_TRACKER", "SKEP_AGENT", "SKEP_SOURCE")));
}
