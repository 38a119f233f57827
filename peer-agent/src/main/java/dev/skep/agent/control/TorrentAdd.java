package dev.skep.agent.control;

import dev.skep.agent.catalogue.TorrentDownload;
import dev.skep.agent.config.AgentKeys;
import dev.skep.agent.control.RpcException.Kind;
import dev.skep.agent.discovery.ConnectionFailures;
import dev.skep.agent.library.TorrentRecord;
import dev.skep.agent.library.TorrentRecord.Place;
import dev.skep.agent.service.Agent;
import dev.skep.agent.service.AgentTorrent;
import dev.skep.protocol.bencode.DecodeOptions;
import dev.skep.protocol.metainfo.Magnet;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** {@code torrent_add}: by the bytes of a .torrent file, its path, its URL, or a magnet link. */
final class TorrentAdd {
  private static final int MOST_BYTES = DecodeOptions.LENIENT.maxBytes();

  /** At a time: whoever serves them may let us wait. */
  static final int MOST_FETCHES = 4;

  private static final Duration FETCH_TIME = Duration.ofSeconds(20);

  private final Agent agent;
  private final Semaphore fetches = new Semaphore(MOST_FETCHES);

  TorrentAdd(Agent agent) {
    this.agent = agent;
  }

  Answer call(Params params) throws RpcException, IOException {
    Path folder = agent.downloadFolder();
    Optional<String> wished = params.text("download_dir").filter(text -> !text.isEmpty());
    if (wished.isPresent()) {
      folder = TorrentMethods.absolute(wished.get(), "download directory path is not absolute");
      agent.requireNotOurs(folder);
    }
    String source = params.text("filename").orElse("");
    if (source.startsWith("magnet:") || isHash(source)) {
      return add(magnet(source), folder, params);
    }
    Optional<String> bytes = params.text("metainfo");
    if (bytes.isPresent()) {
      return add(metainfo(decoded(bytes.get())), folder, params);
    }
    if (source.isEmpty()) {
      throw new RpcException(Kind.INVALID_PARAMS, "no filename or metainfo specified");
    }
    if (source.matches("(?i)https?://.*")) {
      return add(metainfo(fetched(source, params.text("cookies"))), folder, params);
    }
    return add(metainfo(read(source)), folder, params);
  }

  private static boolean isHash(String source) {
    return source.matches("[0-9a-fA-F]{40}|[2-7A-Za-z]{32}");
  }

  private static Magnet magnet(String link) throws RpcException {
    try {
      return Magnet.parse(link.startsWith("magnet:") ? link : "magnet:?xt=urn:btih:" + link);
    } catch (MetainfoException e) {
      throw new RpcException(Kind.UNRECOGNIZED_INFO);
    }
  }

  private static byte[] decoded(String base64) throws RpcException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new RpcException(Kind.CORRUPT_TORRENT);
    }
  }

  private byte[] fetched(String url, Optional<String> cookies) throws RpcException {
    if (cookies.filter(text -> !text.matches("[\\x20-\\x7e]*")).isPresent()) {
      throw new RpcException(Kind.INVALID_PARAMS, "cookies are to be in one line of ASCII");
    }
    if (!fetches.tryAcquire()) {
      throw notFetched(url, "too many are being fetched; try again");
    }
    try {
      return TorrentDownload.fetch(url, cookies, MOST_BYTES, FETCH_TIME);
    } catch (TorrentDownload.UnfitException e) {
      boolean status = e.status().isPresent();
      throw notFetched(
          url, status ? "http error " + e.status().getAsInt() : String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw notFetched(url, ConnectionFailures.inWords(e));
    } finally {
      fetches.release();
    }
  }

  private static RpcException notFetched(String url, String why) {
    return new RpcException(Kind.HTTP_ERROR, "gotMetadataFromURL: " + url + ": " + why);
  }

  private static byte[] read(String path) throws RpcException {
    try {
      Path file = Path.of(path);
      if (Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES) {
        return Files.readAllBytes(file);
      }
    } catch (InvalidPathException | IOException e) {
      // Who may read what on this machine is nothing to tell a caller.
    }
    throw new RpcException(Kind.CORRUPT_TORRENT);
  }

  private static Metainfo metainfo(byte[] bytes) throws RpcException {
    try {
      return Metainfo.parse(bytes);
    } catch (MetainfoException e) {
      throw new RpcException(Kind.CORRUPT_TORRENT);
    }
  }

  private Answer add(Magnet link, Path folder, Params params) throws RpcException, IOException {
    TorrentRecord record =
        record(TorrentRecord.of(link.infoHash(), Place.in(folder), agent.now()), params)
            .with(
                r -> {
                  r.magnet = Optional.of(link);
                  r.trackers = link.trackers().stream().map(List::of).toList();
                });
    return answer(agent.add(record, Optional.empty()));
  }

  private Answer add(Metainfo metainfo, Path folder, Params params)
      throws RpcException, IOException {
    TorrentRecord plain = TorrentRecord.of(metainfo.infoHash(), Place.in(folder), agent.now());
    TorrentRecord record =
        TorrentSet.withFiles(record(plain, params), params, metainfo.files().size());
    return answer(agent.add(record, Optional.of(metainfo)));
  }

  private TorrentRecord record(TorrentRecord plain, Params params) throws RpcException {
    boolean paused = params.flag("paused").orElse(!agent.settings().get(AgentKeys.START_ADDED));
    List<String> labels = TorrentSet.labels(params).orElse(List.of());
    Optional<Integer> firstPiece = TorrentSet.firstPiece(params);
    return plain.with(
        r -> {
          r.paused = paused;
          r.labels = labels;
          r.limits = TorrentSet.limits(r.limits, params);
          r.sequential = params.flag("sequential_download").orElse(r.sequential);
          r.firstPiece = firstPiece.orElse(r.firstPiece);
        });
  }

  private static Answer answer(Agent.Added added) {
    AgentTorrent torrent = added.torrent();
    Name name = Name.kebab(added.isNew() ? "torrent_added" : "torrent_duplicate");
    return (out, dialect) -> {
      out.writeStartObject(name.in(dialect));
      out.write(Name.camel("hash_string").in(dialect), torrent.infoHash().hex());
      out.write("id", torrent.id());
      out.write("name", torrent.view().name());
      out.writeEnd();
    };
  }
}
