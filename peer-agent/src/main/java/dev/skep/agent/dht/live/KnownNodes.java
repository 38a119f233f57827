package dev.skep.agent.dht.live;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.bencode.BDictionary;
import dev.skep.protocol.bencode.BList;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.bencode.BValue;
import dev.skep.protocol.bencode.Bencode;
import dev.skep.protocol.bencode.BencodeException;
import dev.skep.protocol.dht.NodeId;
import dev.skep.service.files.WholeFile;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a node of the DHT keeps over a restart: its ids, and where others were. Who is there is
 * asked anew, so nothing of it has to be true.
 */
record KnownNodes(Optional<NodeId> ipv4, Optional<NodeId> ipv6, List<Endpoint> nodes) {
  static final KnownNodes NONE = new KnownNodes(Optional.empty(), Optional.empty(), List.of());
  private static final Logger LOG = System.getLogger(KnownNodes.class.getName());
  private static final int MOST_BYTES = 1 << 20;
  private static final int MOST_NODES = 1_000;

  KnownNodes {
    nodes = List.copyOf(nodes);
  }

  /** Reads a file. One that is damaged is set aside. */
  static KnownNodes load(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new IllegalArgumentException("it is too long");
      }
      return decode(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return NONE;
    } catch (BencodeException | IllegalArgumentException e) {
      LOG.log(Level.WARNING, "{0} is set aside: {1}", file, e.getMessage());
      setAside(file);
      return NONE;
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0} cannot be read: {1}", file, e.toString());
      return NONE;
    }
  }

  private static void setAside(Path file) {
    try {
      Path aside = file.resolveSibling(file.getFileName() + ".damaged");
      Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0} cannot be moved: {1}", file, e.toString());
    }
  }

  /** Writes it whole, or not at all. */
  void save(Path file) {
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      WholeFile.write(file, encode());
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0} cannot be written: {1}", file, e.toString());
    }
  }

  private byte[] encode() {
    BDictionary.Builder all = BDictionary.builder();
    ipv4.ifPresent(id -> all.put("id4", id.bytes()));
    ipv6.ifPresent(id -> all.put("id6", id.bytes()));
    List<BValue> where = new ArrayList<>();
    nodes.stream().limit(MOST_NODES).forEach(at -> where.add(BString.of(at.toString())));
    return all.put("nodes", BList.of(where)).build().rawBytes();
  }

  /** Fails with an IllegalArgumentException where an id or address is none. */
  private static KnownNodes decode(byte[] bytes) throws BencodeException {
    if (!(Bencode.decode(bytes) instanceof BDictionary all)) {
      throw new IllegalArgumentException("it is no file of the DHT");
    }
    List<Endpoint> nodes = new ArrayList<>();
    for (BValue each : all.list("nodes").orElse(BList.of(List.of()))) {
      if (each instanceof BString text) {
        nodes.add(Endpoint.parse(text.text()));
      }
    }
    return new KnownNodes(id(all, "id4"), id(all, "id6"), nodes);
  }

  private static Optional<NodeId> id(BDictionary all, String key) {
    return all.string(key).map(id -> NodeId.of(id.toBytes()));
  }
}
