package dev.skep.agent.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.service.Seeded;
import dev.skep.agent.service.TestAgent;
import dev.skep.agent.session.Transfer;
import dev.skep.agent.webseed.WebServer;
import dev.skep.protocol.metainfo.Metainfo;
import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls as programs send them, in both dialects. */
@Timeout(60)
class RpcTest {
  private static final Seeded DATA = Seeded.file("disk.img", 100_000);
  private static final Seeded FOLDER = Seeded.folder("photos", 50_000);

  @TempDir private Path temp;
  @AutoClose private TestAgent test;
  private Rpc rpc;
  private final AtomicInteger stops = new AtomicInteger();

  @BeforeEach
  void open() throws Exception {
    test = TestAgent.open(temp.resolve("data"));
    rpc = Control.rpc(test.agent(), "session", "Skep test", stops::incrementAndGet);
  }

  private Optional<String> answer(String request) {
    return rpc.answer(request.replace('\'', '"').getBytes(UTF_8))
        .map(bytes -> new String(bytes, UTF_8));
  }

  private static JsonValue parsed(String text) {
    try (var reader = Json.createReader(new StringReader(text))) {
      return reader.readValue();
    }
  }

  private JsonObject legacy(String method, String arguments) {
    String request = "{'method':'%s','arguments':%s,'tag':7}".formatted(method, arguments);
    return parsed(answer(request).orElseThrow()).asJsonObject();
  }

  private JsonObject done(String method, String arguments) {
    JsonObject answer = legacy(method, arguments);
    assertThat(answer.getString("result")).as(method).isEqualTo("success");
    assertThat(answer.getInt("tag")).isEqualTo(7);
    return answer.getJsonObject("arguments");
  }

  private String refusal(String method, String arguments) {
    return legacy(method, arguments).getString("result");
  }

  private JsonObject modern(String method, String params) {
    String request =
        "{'jsonrpc':'2.0','method':'%s','params':%s,'id':'x'}".formatted(method, params);
    JsonObject answer = parsed(answer(request).orElseThrow()).asJsonObject();
    assertThat(answer.getString("jsonrpc")).isEqualTo("2.0");
    assertThat(answer.getString("id")).isEqualTo("x");
    return answer;
  }

  private int add(Seeded data, Path folder) {
    return done(
            "torrent-add",
            "{'metainfo':'%s','download-dir':'%s'}"
                .formatted(Base64.getEncoder().encodeToString(data.torrent()), folder))
        .getJsonObject("torrent-added")
        .getInt("id");
  }

  private int addSeeding(Seeded data) throws Exception {
    data.writeTo(temp.resolve("downloads"));
    int id = add(data, temp.resolve("downloads"));
    await().until(() -> field(id, "status").toString().equals("6"));
    return id;
  }

  private JsonValue field(int id, String name) {
    JsonObject torrent =
        done("torrent-get", "{'ids':[%d],'fields':['%s']}".formatted(id, name))
            .getJsonArray("torrents")
            .getJsonObject(0);
    return Objects.requireNonNull(torrent.get(name));
  }

  // ---- Web servers ----

  @Test
  void whatIsWrongWithAWebServerIsTold() throws Exception {
    try (WebServer server = new WebServer()) { // that has nothing
      String torrent =
          Base64.getEncoder()
              .encodeToString(
                  Metainfo.parse(DATA.torrent())
                      .withWebSeeds(List.of(server.url() + "/"))
                      .raw()
                      .rawBytes());
      int id =
          done(
                  "torrent-add",
                  "{'metainfo':'%s','download-dir':'%s'}"
                      .formatted(torrent, temp.resolve("downloads")))
              .getJsonObject("torrent-added")
              .getInt("id");

      await().until(() -> field(id, "skepWebSeeds").toString().contains("benched"));

      JsonObject seed = field(id, "skepWebSeeds").asJsonArray().getJsonObject(0);
      assertThat(seed.getString("url")).isEqualTo(server.url() + "/");
      assertThat(seed.getString("problem")).isEqualTo("answers with HTTP status 404");
      assertThat(seed.getInt("retrySeconds")).isPositive();
      assertThat(field(id, "webseeds").toString()).contains(server.url());
      assertThat(field(id, "webseedsSendingToUs").toString()).isEqualTo("0");
      assertThat(field(id, "peers").asJsonArray()).isEmpty();
    }
  }

  // ---- Both dialects ----

  @Test
  void aTorrentIsAddedOnceAndIsADuplicateThen() {
    int id = add(DATA, temp.resolve("downloads"));
    String again =
        "{'metainfo':'%s'}".formatted(Base64.getEncoder().encodeToString(DATA.torrent()));
    JsonObject duplicate = done("torrent-add", again).getJsonObject("torrent-duplicate");
    assertThat(duplicate.getInt("id")).isEqualTo(id);
    assertThat(duplicate.getString("hashString")).isEqualTo(DATA.metainfo().infoHash().hex());
    JsonObject modern = modern("torrent_add", again).getJsonObject("result");
    assertThat(modern.getJsonObject("torrent_duplicate").getString("hash_string"))
        .isEqualTo(DATA.metainfo().infoHash().hex());
  }

  @Test
  void everyFieldIsThereInBothDialects() throws Exception {
    int id = addSeeding(DATA);
    List<String> legacy = new ArrayList<>();
    List<String> snake = new ArrayList<>();
    TorrentFields.ALL
        .fields()
        .forEach(
            field -> {
              legacy.add("'" + field.name().legacy() + "'");
              snake.add("'" + field.name().snake() + "'");
            });
    JsonObject old =
        done("torrent-get", "{'ids':%d,'fields':[%s]}".formatted(id, String.join(",", legacy)))
            .getJsonArray("torrents")
            .getJsonObject(0);
    JsonObject now =
        modern("torrent_get", "{'ids':%d,'fields':[%s]}".formatted(id, String.join(",", snake)))
            .getJsonObject("result")
            .getJsonArray("torrents")
            .getJsonObject(0);
    assertThat(old.keySet()).hasSize(legacy.size()).contains("hashString", "peer-limit");
    assertThat(now.keySet()).hasSize(snake.size()).contains("hash_string", "peer_limit");
    assertThat(now.getJsonArray("files").getJsonObject(0)).containsKey("bytes_completed");
    assertThat(old.getJsonArray("files").getJsonObject(0)).containsKey("bytesCompleted");
    assertThat(old.getJsonNumber("haveValid").longValue()).isEqualTo(100_000);
    assertThat(old.getJsonNumber("percentDone").doubleValue()).isEqualTo(1.0);
  }

  @Test
  void aTableHasItsKeysInTheFirstRow() {
    int id = add(DATA, temp);
    JsonArray rows =
        done("torrent-get", "{'format':'table','fields':['id','name','no such']}")
            .getJsonArray("torrents");
    assertThat(rows.toString()).isEqualTo("[[\"id\",\"name\"],[" + id + ",\"disk.img\"]]");
  }

  @Test
  void aListOfAllIsThatOfEachAndSeesWhatChanges() throws Exception {
    int first = addSeeding(DATA);
    int second = addSeeding(FOLDER);
    requireAlike(first, second);
    done("torrent-set", "{'ids':[%d],'labels':['web']}".formatted(second));
    requireAlike(first, second);
    done("queue-move-top", "{'ids':[%d]}".formatted(second));
    requireAlike(first, second);
    done("session-set", "{'skep_label':'web','skep_label_up':1000}");
    requireAlike(first, second);
    done("torrent-remove", "{'ids':[%d]}".formatted(first));
    requireAlike(second);
    done("torrent-remove", "{'ids':[%d]}".formatted(second));
    requireAlike();
  }

  /** Of all together, twice, and of each by itself. */
  private void requireAlike(Integer... ids) {
    String wanted = "'fields':['id','name','labels','queue_position','group','status']";
    for (String format : List.of("", ",'format':'table'")) {
      String all = answer(call("{%s%s}".formatted(wanted, format))).orElseThrow();
      String each = "{'ids':%s,%s%s}".formatted(List.of(ids), wanted, format);
      assertThat(answer(call("{%s%s}".formatted(wanted, format)))).contains(all);
      assertThat(parsed(all)).isEqualTo(parsed(answer(call(each)).orElseThrow()));
    }
  }

  private static String call(String params) {
    return "{'jsonrpc':'2.0','method':'torrent_get','params':%s,'id':1}".formatted(params);
  }

  @Test
  void torrentsAreMeantByNumbersHashesAndActivity() {
    int first = add(DATA, temp);
    int second = add(FOLDER, temp);
    String hash = FOLDER.metainfo().infoHash().hex();
    assertThat(ids("")).containsExactly(first, second);
    assertThat(ids("'ids':%d,".formatted(first))).containsExactly(first);
    assertThat(ids("'ids':['%s',%d,99,'x'],".formatted(hash, first)))
        .containsExactlyInAnyOrder(first, second);
    assertThat(ids("'ids':'%s',".formatted(hash))).containsExactly(second);
    assertThat(ids("'ids':[],")).isEmpty();
    assertThat(ids("'ids':'recently-active',")).containsExactly(first, second);
    done("torrent-remove", "{'ids':%d}".formatted(first));
    JsonObject active = done("torrent-get", "{'ids':'recently-active','fields':['id']}");
    assertThat(active.getJsonArray("removed").toString()).isEqualTo("[" + first + "]");
  }

  private List<Integer> ids(String chosen) {
    return done("torrent-get", "{%s'fields':['id']}".formatted(chosen))
        .getJsonArray("torrents")
        .getValuesAs(torrent -> torrent.asJsonObject().getInt("id"));
  }

  @Test
  void batchesAndNotificationsAreAnsweredAsJsonRpcSays() {
    assertThat(answer("{'jsonrpc':'2.0','method':'session_get'}")).isEmpty();
    assertThat(answer("[{'jsonrpc':'2.0','method':'session_get'}]")).isEmpty();
    JsonArray answers =
        parsed(
                answer(
                        "[{'jsonrpc':'2.0','method':'session_get','id':1,'params':{'fields':['version']}},"
                            + "{'jsonrpc':'2.0','method':'x','id':2},{'jsonrpc':'2.0','method':'session_stats'},5]")
                    .orElseThrow())
            .asJsonArray();
    assertThat(answers).hasSize(3);
    assertThat(answers.getJsonObject(0).getJsonObject("result").getString("version"))
        .contains("Skep test");
    assertThat(answers.getJsonObject(1).getJsonObject("error").getInt("code")).isEqualTo(-32601);
    assertThat(answers.getJsonObject(2).getJsonObject("error").getInt("code")).isEqualTo(-32600);
    assertThat(code("[]")).isEqualTo(-32600);
    assertThat(code("{'jsonrpc':'2.0', oh")).isEqualTo(-32700);
    assertThat(code("{'jsonrpc':'1.0','method':'session_get','id':1}")).isEqualTo(-32600);
    assertThat(code("{'jsonrpc':'2.0','method':'session_get','params':[1],'id':1}"))
        .isEqualTo(-32602);
  }

  private int code(String request) {
    return parsed(answer(request).orElseThrow())
        .asJsonObject()
        .getJsonObject("error")
        .getInt("code");
  }

  /** The calls that Transmission 4.1's specification of its RPC shows (rpc-spec.md, 2 and 3). */
  @Test
  void callsOfTheSpecificationAreAnsweredAsItShows() {
    JsonObject version =
        parsed(
                answer(
                        "{'id':912313,'jsonrpc':'2.0','method':'session_get',"
                            + "'params':{'fields':['version']}}")
                    .orElseThrow())
            .asJsonObject();
    assertThat(version.keySet()).containsExactlyInAnyOrder("jsonrpc", "result", "id");
    assertThat(version.getInt("id")).isEqualTo(912_313);
    assertThat(version.getJsonObject("result").keySet()).containsExactly("version");

    int seventh = add(DATA, temp);
    int tenth = add(FOLDER, temp);
    JsonObject sizes =
        parsed(
                answer(
                        "{'id':39693,'jsonrpc':'2.0','method':'torrent_get','params':"
                            + "{'fields':['id','name','total_size'],'ids':[%d,%d]}}"
                                .formatted(seventh, tenth))
                    .orElseThrow())
            .asJsonObject();
    assertThat(sizes.getInt("id")).isEqualTo(39_693);
    assertThat(sizes.getJsonObject("result").toString())
        .isEqualTo(
            "{\"torrents\":[{\"id\":%d,\"name\":\"disk.img\",\"total_size\":100000},"
                    .formatted(seventh)
                + "{\"id\":%d,\"name\":\"photos\",\"total_size\":%d}]}"
                    .formatted(tenth, FOLDER.metainfo().totalBytes()));

    JsonObject error =
        parsed(
                answer(
                        "{'id':1,'jsonrpc':'2.0','method':'torrent_set_location',"
                            + "'params':{'ids':[1],'location':'not absolute'}}")
                    .orElseThrow())
            .asJsonObject();
    assertThat(error.keySet()).containsExactlyInAnyOrder("jsonrpc", "error", "id");
    assertThat(error.getJsonObject("error").keySet())
        .containsExactlyInAnyOrder("code", "message", "data");
    assertThat(error.getJsonObject("error").getJsonObject("data").getString("error_string"))
        .isEqualTo("new location path is not absolute");
    assertThat(code("{'id':2,'jsonrpc':'2.0','method':'no_such_method'}")).isEqualTo(-32601);
  }

  @Test
  void wrongCallsAreToldInTransmissionsWords() {
    assertThat(refusal("no-such-method", "{}")).isEqualTo("method name not recognized");
    assertThat(parsed(answer("{}").orElseThrow()).asJsonObject().getString("result"))
        .isEqualTo("no method name");
    assertThat(parsed(answer("nonsense").orElseThrow()).asJsonObject().getString("result"))
        .isEqualTo("no method name");
    assertThat(refusal("torrent-get", "{}")).isEqualTo("no fields specified");
    assertThat(refusal("torrent-add", "{}")).isEqualTo("no filename or metainfo specified");
    assertThat(refusal("torrent-add", "{'metainfo':'AAAA'}"))
        .isEqualTo("invalid or corrupt torrent file");
    assertThat(refusal("torrent-add", "{'filename':'/no/such/file'}"))
        .isEqualTo("invalid or corrupt torrent file");
    assertThat(refusal("torrent-add", "{'filename':'x','download-dir':'relative'}"))
        .isEqualTo("download directory path is not absolute");
    assertThat(refusal("torrent-set-location", "{}")).isEqualTo("no location");
    assertThat(refusal("torrent-set-location", "{'location':'x'}"))
        .isEqualTo("new location path is not absolute");
    assertThat(refusal("torrent-rename-path", "{}")).isEqualTo("no path specified");
    assertThat(refusal("torrent-rename-path", "{'path':'a','name':'b'}"))
        .isEqualTo("torrent-rename-path requires 1 torrent");
    assertThat(refusal("free-space", "{'path':'x'}")).isEqualTo("directory path is not absolute");
    assertThat(refusal("blocklist-update", "{}")).contains("no blocklists");
    assertThat(
            modern("torrent_add", "{'filename':'x','download_dir':'y'}")
                .getJsonObject("error")
                .toString())
        .contains("\"code\":3", "path is not absolute", "\"error_string\"");
  }

  @Test
  void hostileBytesAreAnsweredAndNothingMore() {
    assertThat(answer("[".repeat(200_000))).isPresent();
    assertThat(answer("{'a':".repeat(100_000))).isPresent();
    assertThat(answer("")).isPresent();
    assertThat(answer("5")).isPresent();
    assertThat(answer("{'method':'torrent-get','arguments':{'ids':1e999999999,'fields':['id']}}"))
        .isPresent();
    assertThat(
            answer(
                "{'method':'torrent-get','arguments':{'ids':[1e400,{},[],null],'fields':['id']}}"))
        .isPresent();
    assertThat(answer("{'method':5,'arguments':7,'tag':'x'}")).isPresent();
  }

  @Test
  void ofEachPieceItIsToldHowManyPeersHaveIt() throws Exception {
    assertThat(field(addSeeding(FOLDER), "availability").asJsonArray())
        .hasSize(7)
        .allMatch(copies -> copies.toString().equals("-1"));
    int id = add(DATA, temp.resolve("copy"));
    done("torrent-set", "{'ids':[%d],'downloadLimit':1,'downloadLimited':true}".formatted(id));
    await().until(() -> field(id, "status").toString().equals("4"));
    assertThat(field(id, "availability").toString()).isEqualTo("[0,0,0,0,0,0,0]");
    try (TestAgent other = TestAgent.open(temp.resolve("other"))) {
      DATA.writeTo(temp.resolve("whole"));
      Place whole = Place.in(temp.resolve("whole"));
      other
          .agent()
          .add(
              TorrentRecord.of(DATA.metainfo().infoHash(), whole, other.agent().now()),
              Optional.of(DATA.metainfo()));
      Transfer copy = test.agent().torrent(id).orElseThrow().view().transfer().orElseThrow();
      await()
          .until(
              () -> {
                copy.addPeer(other.agent().session().listening());
                return field(id, "availability").toString().contains("1,1");
              });
    }
  }

  // ---- What is changed ----

  @Test
  void filesLimitsLabelsAndGoalsAreSetAndSeen() {
    int id = add(FOLDER, temp);
    done(
        "torrent-set",
        ("{'ids':[%d],'files-unwanted':[1],'priority-high':[0],'labels':['web','two'],"
             + "'downloadLimit':5,'downloadLimited':true,'uploadLimit':7,'peer-limit':9,"
             + "'seedRatioLimit':1.5,'seedRatioMode':1,'seedIdleMode':2,'sequential_download':true,"
             + "'sequential_download_from_piece':2}")
            .formatted(id));
    assertThat(field(id, "wanted").toString()).isEqualTo("[1,0]");
    assertThat(field(id, "priorities").toString()).isEqualTo("[1,0]");
    assertThat(field(id, "labels").toString()).isEqualTo("[\"web\",\"two\"]");
    assertThat(field(id, "downloadLimit").toString()).isEqualTo("5");
    assertThat(field(id, "downloadLimited")).isEqualTo(JsonValue.TRUE);
    assertThat(field(id, "uploadLimit").toString()).isEqualTo("7");
    assertThat(field(id, "uploadLimited")).isEqualTo(JsonValue.FALSE);
    assertThat(field(id, "peer-limit").toString()).isEqualTo("9");
    assertThat(field(id, "seedRatioLimit").toString()).isEqualTo("1.5");
    assertThat(field(id, "seedRatioMode").toString()).isEqualTo("1");
    assertThat(field(id, "seedIdleMode").toString()).isEqualTo("2");
    assertThat(field(id, "sequential_download_from_piece").toString()).isEqualTo("2");
    done("torrent-set", "{'ids':[%d],'files-wanted':[]}".formatted(id));
    assertThat(field(id, "wanted").toString()).isEqualTo("[1,1]");
    assertThat(refusal("torrent-set", "{'ids':[%d],'files-wanted':[2]}".formatted(id)))
        .isEqualTo("file index out of range");
    assertThat(refusal("torrent-set", "{'ids':[%d],'labels':['a,b']}".formatted(id)))
        .isEqualTo("labels cannot contain comma (,) character");
  }

  /** What they send, and what they decide by; they know torrents by hashes in upper case. */
  @Test
  void sonarrAndRadarrAddWatchAndRemove() throws Exception {
    String hash = DATA.metainfo().infoHash().hex().toUpperCase(Locale.ROOT);
    Path folder = temp.resolve("downloads").resolve("tv");
    DATA.writeTo(folder);
    JsonObject session = parsed(answer("{'method':'session-get'}").orElseThrow()).asJsonObject();
    assertThat(session.getString("result")).isEqualTo("success");
    assertThat(session.getJsonObject("arguments"))
        .containsKeys(
            "download-dir",
            "rpc-version",
            "version",
            "seedRatioLimit",
            "seedRatioLimited",
            "idle-seeding-limit",
            "idle-seeding-limit-enabled");
    done(
        "torrent-add",
        "{'metainfo':'%s','paused':false,'download-dir':'%s','labels':['tv']}"
            .formatted(Base64.getEncoder().encodeToString(DATA.torrent()), folder));
    done(
        "torrent-set",
        "{'ids':['%s'],'seedRatioLimit':1.5,'seedRatioMode':1,'seedIdleLimit':90,'seedIdleMode':1}"
            .formatted(hash));
    done("queue-move-top", "{'ids':['%s']}".formatted(hash));
    String asked =
        "{'fields':['id','hashString','name','downloadDir','totalSize','leftUntilDone','isFinished',"
            + "'eta','status','secondsDownloading','secondsSeeding','errorString','uploadedEver',"
            + "'downloadedEver','seedRatioLimit','seedRatioMode','seedIdleLimit','seedIdleMode',"
            + "'fileCount','file-count','labels']}";

    await().until(() -> first(asked).getInt("status") == 6);

    JsonObject seen = first(asked);
    assertThat(seen).hasSize(21);
    assertThat(seen.getString("hashString")).isEqualToIgnoringCase(hash);
    assertThat(seen.getString("downloadDir")).isEqualTo(folder.toString());
    assertThat(seen.getInt("leftUntilDone")).isZero();
    assertThat(seen.getInt("fileCount")).isEqualTo(1);
    assertThat(seen.getInt("seedIdleLimit")).isEqualTo(90);
    assertThat(seen.getString("errorString")).isEmpty();
    done("torrent-remove", "{'ids':['%s'],'delete-local-data':true}".formatted(hash));
    assertThat(done("torrent-get", asked).getJsonArray("torrents")).isEmpty();
    await().until(() -> Files.notExists(folder.resolve("disk.img")));
  }

  private JsonObject first(String asked) {
    return done("torrent-get", asked).getJsonArray("torrents").getJsonObject(0);
  }

  @Test
  void trackersAreAddedReplacedAndRemoved() {
    int id = add(DATA, temp);
    done("torrent-set", "{'ids':%d,'trackerAdd':['http://a.test/announce']}".formatted(id));
    done("torrent-set", "{'ids':%d,'trackerAdd':['udp://b.test:1/announce']}".formatted(id));
    assertThat(field(id, "trackers").toString())
        .contains("\"scrape\":\"http://a.test/scrape\"", "\"tier\":1", "\"sitename\":\"a\"");
    done("torrent-set", "{'ids':%d,'trackerReplace':[0,'http://c.test/announce']}".formatted(id));
    done("torrent-set", "{'ids':%d,'trackerRemove':[1]}".formatted(id));
    assertThat(field(id, "trackerList").toString()).isEqualTo("\"http://c.test/announce\"");
    assertThat(refusal("torrent-set", "{'ids':%d,'trackerAdd':['nonsense']}".formatted(id)))
        .contains("announce URL");
    assertThat(refusal("torrent-set", "{'ids':%d,'trackerRemove':[5]}".formatted(id)))
        .isEqualTo("error removing trackers");
  }

  @Test
  void sessionSettingsAreSetAndSeen() {
    done(
        "session-set",
        "{'speed-limit-down':500,'speed-limit-down-enabled':true,'seedRatioLimit':1.25,'seedRatioLimited':true,"
            + "'alt-speed-enabled':true,'alt-speed-up':3,'alt-speed-time-enabled':true,'alt-speed-time-begin':60,"
            + "'alt-speed-time-end':120,'alt-speed-time-day':65,'download-queue-size':3,'download-queue-enabled':true,"
            + "'idle-seeding-limit':10,'idle-seeding-limit-enabled':1,'start-added-torrents':false,"
            + "'download-dir':'/srv/x'}");
    JsonObject session = done("session-get", "{}");
    assertThat(session.getInt("speed-limit-down")).isEqualTo(500);
    assertThat(session.getBoolean("speed-limit-down-enabled")).isTrue();
    assertThat(session.getJsonNumber("seedRatioLimit").doubleValue()).isEqualTo(1.25);
    assertThat(session.getBoolean("seedRatioLimited")).isTrue();
    assertThat(session.getInt("alt-speed-up")).isEqualTo(3);
    assertThat(session.getInt("alt-speed-time-begin")).isEqualTo(60);
    assertThat(session.getInt("alt-speed-time-end")).isEqualTo(120);
    assertThat(session.getInt("alt-speed-time-day")).isEqualTo(65);
    assertThat(session.getInt("download-queue-size")).isEqualTo(3);
    assertThat(session.getInt("idle-seeding-limit")).isEqualTo(10);
    assertThat(session.getBoolean("start-added-torrents")).isFalse();
    assertThat(session.getString("download-dir")).isEqualTo("/srv/x");
    done("session-set", "{'speed-limit-down-enabled':false,'alt-speed-time-enabled':false}");
    assertThat(done("session-get", "{}").getBoolean("speed-limit-down-enabled")).isFalse();
    assertThat(refusal("session-set", "{'dht-enabled':true}")).contains("read at the start");
    done("session-set", "{'dht-enabled':false}");
    JsonObject modern = modern("session_get", "{'fields':['speed_limit_down','units']}");
    assertThat(modern.getJsonObject("result").getJsonObject("units")).containsKey("speed_bytes");
  }

  @Test
  void aGroupIsALabelThatHasALimit() {
    int id = add(DATA, temp);
    done("torrent-set", "{'ids':%d,'labels':['mine']}".formatted(id));
    done("group-set", "{'name':'slow','speed-limit-down':30,'speed-limit-down-enabled':true}");
    done("group-set", "{'name':'other','speed-limit-up':7}");
    done("torrent-set", "{'ids':%d,'group':'slow'}".formatted(id));
    assertThat(field(id, "group").toString()).isEqualTo("\"slow\"");
    assertThat(field(id, "labels").toString()).isEqualTo("[\"mine\",\"slow\"]");
    assertThat(done("group-get", "{'group':'slow'}").toString())
        .isEqualTo(
            "{\"group\":[{\"honorsSessionLimits\":true,\"name\":\"slow\","
                + "\"speed-limit-down\":30,\"speed-limit-down-enabled\":true,"
                + "\"speed-limit-up\":0,\"speed-limit-up-enabled\":false}]}");
    done("torrent-set", "{'ids':%d,'group':'other'}".formatted(id));
    assertThat(field(id, "labels").toString()).isEqualTo("[\"mine\",\"other\"]");
    done("group-set", "{'name':'slow','speed-limit-down-enabled':false}");
    assertThat(done("group-get", "{'group':['slow','other']}").getJsonArray("group")).hasSize(1);
    assertThat(modern("group_get", "{}").getJsonObject("result").getJsonArray("group").toString())
        .contains("\"speed_limit_up\":7,\"speed_limit_up_enabled\":true");
    done("torrent-set", "{'ids':%d,'group':''}".formatted(id));
    assertThat(field(id, "labels").toString()).isEqualTo("[\"mine\"]");
    done("torrent-set", "{'ids':%d,'group':'mine'}".formatted(id));
    assertThat(field(id, "labels").toString()).as("it had that").isEqualTo("[\"mine\"]");
    assertThat(refusal("torrent-set", "{'ids':%d,'group':'a,b'}".formatted(id))).contains("comma");
    assertThat(refusal("group-set", "{'name':' '}")).contains("has a name");
    assertThat(refusal("group-set", "{'name':'x','honorsSessionLimits':false}"))
        .contains("the limits over all torrents hold");
  }

  @Test
  void theWholeAgentPausesAndGoesOn() throws Exception {
    int id = addSeeding(DATA);
    int paused = add(FOLDER, temp);
    done("torrent-stop", "{'ids':%d}".formatted(paused));
    done("session-set", "{'skep-paused':true}");
    await().until(() -> field(id, "status").toString().equals("0"));
    assertThat(done("session-get", "{}").getBoolean("skep-paused")).isTrue();
    assertThat(
            done("skep-doctor", "{'ids':%d}".formatted(id))
                .getJsonArray("torrents")
                .getJsonObject(0)
                .getString("sentence"))
        .isEqualTo("the whole agent is paused");
    done("session-set", "{'skep-paused':false}");
    await().until(() -> field(id, "status").toString().equals("6"));
    assertThat(field(paused, "status").toString()).isEqualTo("0");
  }

  @Test
  void torrentsStopStartMoveAndGo() throws Exception {
    int id = addSeeding(DATA);
    done("torrent-stop", "{'ids':[%d]}".formatted(id));
    assertThat(field(id, "status").toString()).isEqualTo("0");
    done("torrent-start-now", "{'ids':[%d]}".formatted(id));
    await().until(() -> field(id, "status").toString().equals("6"));
    Path target = temp.resolve("elsewhere");
    done("torrent-set-location", "{'ids':%d,'location':'%s','move':true}".formatted(id, target));
    await().until(() -> Files.exists(target.resolve("disk.img")));
    await().until(() -> field(id, "status").toString().equals("6"));
    assertThat(field(id, "downloadDir").toString()).isEqualTo("\"" + target + "\"");
    JsonObject renamed =
        done(
            "torrent-rename-path", "{'ids':[%d],'path':'disk.img','name':'new.img'}".formatted(id));
    assertThat(renamed.getString("name")).isEqualTo("new.img");
    await().until(() -> Files.exists(target.resolve("new.img")));
    assertThat(
            refusal(
                "torrent-rename-path", "{'ids':[%d],'path':'new.img','name':'../x'}".formatted(id)))
        .isEqualTo("Invalid argument");
    done("torrent-remove", "{'ids':[%d],'delete-local-data':true}".formatted(id));
    await().until(() -> !Files.exists(target.resolve("new.img")));
  }

  @Test
  void theAgentsOwnFolderIsNoPlaceForData() {
    String own = temp.resolve("data/torrents").toString();
    assertThat(
            refusal(
                "torrent-add",
                "{'metainfo':'%s','download-dir':'%s'}"
                    .formatted(Base64.getEncoder().encodeToString(DATA.torrent()), own)))
        .contains("keeps its own files");
    int id = add(DATA, temp);
    assertThat(refusal("torrent-set-location", "{'ids':%d,'location':'%s'}".formatted(id, own)))
        .contains("keeps its own files");
  }

  @Test
  void aMagnetLinkIsKeptUntilItsTorrentIsKnown() {
    String link = DATA.metainfo().magnet().toString();
    JsonObject added = done("torrent-add", "{'filename':'%s'}".formatted(link));
    int id = added.getJsonObject("torrent-added").getInt("id");
    assertThat(field(id, "metadataPercentComplete").toString()).isEqualTo("0.0");
    assertThat(field(id, "name").toString()).isEqualTo("\"disk.img\"");
    assertThat(field(id, "files").asJsonArray()).isEmpty();
  }

  @Test
  void whatLimitsATorrentIsSaidInOneSentence() throws Exception {
    int id = addSeeding(DATA);
    assertThat(done("skep-doctor", "{}").getJsonArray("torrents").toString())
        .isEqualTo(
            ("[{\"id\":%d,\"name\":\"disk.img\",\"cause\":\"nobody_wants\","
                    + "\"sentence\":\"nobody wants anything of it (0 peers)\"}]")
                .formatted(id));
  }

  @Test
  void whatWasMovedSinceTheStartCountsThoughItsTorrentIsGone() throws Exception {
    try (WebServer server = new WebServer()) {
      server.with("/disk.img", DATA.bytes());
      Metainfo metainfo =
          Metainfo.parse(DATA.torrent()).withWebSeeds(List.of(server.url() + "/disk.img"));
      done(
          "torrent-add",
          "{'metainfo':'%s','download-dir':'%s'}"
              .formatted(
                  Base64.getEncoder().encodeToString(metainfo.raw().rawBytes()),
                  temp.resolve("downloads")));
      await().until(() -> downloadedSinceTheStart() >= DATA.bytes().length);

      done("torrent-remove", "{}");

      await()
          .during(Duration.ofMillis(300))
          .until(() -> downloadedSinceTheStart() == DATA.bytes().length);
    }
  }

  private long downloadedSinceTheStart() {
    return done("session-stats", "{}")
        .getJsonObject("current-stats")
        .getJsonNumber("downloadedBytes")
        .longValue();
  }

  @Test
  void statisticsAndSpaceAreTold() throws Exception {
    addSeeding(DATA);
    JsonObject statistics = done("session-stats", "{}");
    assertThat(statistics.getInt("torrentCount")).isEqualTo(1);
    assertThat(statistics.getJsonObject("current-stats")).containsKey("uploadedBytes");
    JsonObject space = done("free-space", "{'path':'%s'}".formatted(temp));
    assertThat(space.getJsonNumber("size-bytes").longValue()).isPositive();
    assertThat(refusal("free-space", "{'path':'/no/such'}")).isNotEmpty();
    done("session-close", "{}");
    assertThat(stops).hasValue(1);
  }
}
