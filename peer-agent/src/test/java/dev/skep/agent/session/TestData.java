package dev.skep.agent.session;

import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoBuilder;
import dev.skep.protocol.metainfo.MetainfoException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random files of a torrent, and the torrent that describes them. */
final class TestData {
  /** One file: its path below the torrent's folder, and its bytes. */
  static final class Content {
    private final List<String> path;
    private final byte[] bytes;
    private final boolean padding;

    private Content(List<String> path, byte[] bytes, boolean padding) {
      this.path = path;
      this.bytes = bytes;
      this.padding = padding;
    }

    List<String> path() {
      return path;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  private final String name;
  private final boolean folder;
  private final int pieceLength;
  private final List<Content> files = new ArrayList<>();
  private final Map<List<String>, List<String>> links = new LinkedHashMap<>();
  private final Random random;

  private TestData(String name, boolean folder, int pieceLength, long seed) {
    this.name = name;
    this.folder = folder;
    this.pieceLength = pieceLength;
    this.random = new Random(seed);
  }

  static TestData file(String name, int bytes, int pieceLength) {
    TestData data = new TestData(name, false, pieceLength, bytes);
    return data.with(List.of(name), bytes);
  }

  static TestData folder(String name, int pieceLength) {
    return new TestData(name, true, pieceLength, 42);
  }

  TestData with(List<String> path, int bytes) {
    byte[] content = new byte[bytes];
    random.nextBytes(content);
    return with(path, content);
  }

  TestData with(List<String> path, byte[] content) {
    files.add(new Content(path, content, false));
    return this;
  }

  /** Zeros up to the next piece, which are in the torrent and in no file (BEP 47). */
  TestData withPadding() {
    int total = files.stream().mapToInt(file -> file.bytes.length).sum();
    byte[] zeros = new byte[Math.floorMod(-total, pieceLength)];
    files.add(new Content(List.of(".pad", Integer.toString(zeros.length)), zeros, true));
    return this;
  }

  /** A symbolic link, which is in the torrent and never written here. */
  TestData withLink(List<String> path, List<String> target) {
    links.put(path, target);
    return this;
  }

  /** Without padding. */
  List<Content> files() {
    return files.stream().filter(file -> !file.padding).toList();
  }

  /** Writes the data below this folder; returns where it is: the file, or the torrent's folder. */
  Path writeTo(Path parent) throws IOException {
    for (Content file : files()) {
      Path at = at(parent, file);
      Files.createDirectories(at.getParent());
      Files.write(at, file.bytes());
    }
    return parent.resolve(name);
  }

  /** Where a download into this folder puts the file. */
  Path at(Path parent, Content file) {
    Path at = folder ? parent.resolve(name) : parent;
    for (String step : file.path()) {
      at = at.resolve(step);
    }
    return at;
  }

  /** The same data as a private torrent (BEP 27). */
  Metainfo privateMetainfo() throws MetainfoException {
    Metainfo torrent = metainfo();
    var info = torrent.raw().dictionary("info").orElseThrow().toBuilder().put("private", 1);
    return Metainfo.parse(torrent.raw().toBuilder().put("info", info.build()).build().rawBytes());
  }

  Metainfo metainfo() {
    try {
      MetainfoBuilder builder =
          folder
              ? MetainfoBuilder.folder(name)
              : MetainfoBuilder.singleFile(name, files.getFirst().bytes().length);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (Content file : files) {
        if (folder) {
          builder.file(file.path(), file.bytes().length, file.padding ? "p" : "");
        }
        all.writeBytes(file.bytes());
      }
      links.forEach(builder::link);
      return Metainfo.parse(
          builder.pieceLength(pieceLength).pieceHashes(hashes(all.toByteArray())).build());
    } catch (MetainfoException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] hashes(byte[] all) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      ByteArrayOutputStream hashes = new ByteArrayOutputStream();
      for (int at = 0; at < all.length; at += pieceLength) {
        sha1.update(all, at, Math.min(pieceLength, all.length - at));
        hashes.writeBytes(sha1.digest());
      }
      return hashes.toByteArray();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
