package dev.skep.system.tracker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Somebody else's BitTorrent client, told to know of peers only by the tracker. */
public enum ForeignClient {
  ARIA2("aria2c") {
    @Override
    public List<String> command(String source, Path folder, String address, boolean encrypted) {
      return List.of(
          "aria2c",
          "--no-conf",
          "--enable-dht=true", // without it, no UDP tracker is asked
          "--dht-file-path=" + folder.resolve("dht.dat"),
          "--dht-listen-port=6882",
          "--enable-peer-exchange=false",
          "--bt-enable-lpd=false",
          "--check-integrity=true",
          "--allow-overwrite=true",
          "--seed-ratio=0.0",
          "--bt-tracker-interval=5",
          "--bt-force-encryption=" + encrypted,
          "--interface=" + address,
          "--listen-port=6881",
          "--dir=" + folder,
          source);
    }
  },
  LIBTORRENT("/usr/bin/python3") {
    @Override
    public List<String> command(String source, Path folder, String address, boolean encrypted)
        throws IOException {
      return List.of(
          "/usr/bin/python3",
          script(folder.resolveSibling("libtorrent_peer.py")),
          source,
          folder.toString(),
          address,
          encrypted ? "encrypted" : "usual");
    }
  },
  TRANSMISSION("transmission-daemon") {
    @Override
    public List<String> command(String source, Path folder, String address, boolean encrypted)
        throws IOException {
      Path home = Files.createDirectories(folder.resolveSibling(folder.getFileName() + "-home"));
      Path watched = Files.createDirectories(home.resolve("watched"));
      // Its clock for uTP starts with the first datagram that comes in. Without one it never gives
      // up dialling a peer that speaks TCP only.
      if (!isLink(source)) {
        Files.copy(Path.of(source), watched.resolve("it.torrent"));
      }
      Files.writeString(
          home.resolve("settings.json"),
          """
          {"bind-address-ipv%d": "%s", "peer-port": %d, "dht-enabled": false, "rpc-enabled": %s,
           "rpc-bind-address": "%s", "rpc-whitelist-enabled": false, "lpd-enabled": false, "pex-enabled": false, "port-forwarding-enabled": false,
           "download-dir": "%s", "watch-dir": "%s", "watch-dir-enabled": true, "encryption": %d, "utp-enabled": false}
          """
              .formatted(
                  address.contains(":") ? 6 : 4,
                  address,
                  port(address),
                  isLink(source),
                  address,
                  folder,
                  watched,
                  encrypted ? 2 : 0));
      return isLink(source)
          ? transmission(home, address, source)
          : List.of("transmission-daemon", "-f", "-g", home.toString());
    }
  },
  RTORRENT("rtorrent") {
    @Override
    public List<String> command(String source, Path folder, String address, boolean encrypted)
        throws IOException {
      // An option's value ends at a comma, in a file it does not.
      Path settings = folder.resolveSibling(folder.getFileName() + ".rtorrent.rc");
      Files.writeString(
          settings,
          encrypted
              ? "protocol.encryption.set = allow_incoming,try_outgoing,require,require_RC4\n"
              : "");
      return List.of(
          "rtorrent",
          "-n",
          "-o",
          "import=" + settings,
          "-o",
          "system.daemon.set=true",
          "-o",
          "network.bind_address.set=" + address,
          "-o",
          "network.port_range.set=6881-6881",
          "-o",
          "dht.mode.set=disable",
          "-o",
          "protocol.pex.set=no",
          "-o",
          "trackers.use_udp.set=yes",
          "-o",
          "directory.default.set=" + folder,
          source);
    }
  },
  QBITTORRENT("qbittorrent-nox") {
    @Override
    public List<String> command(String source, Path folder, String address, boolean encrypted)
        throws IOException {
      Path home = folder.resolveSibling(folder.getFileName() + "-home");
      return qbittorrent(home, "lo", address, false, encrypted, source, folder);
    }
  };

  private final String program;

  ForeignClient(String program) {
    this.program = program;
  }

  /** Whether it is on this machine. */
  public boolean isInstalled() throws IOException, InterruptedException {
    var check = new ArrayList<>(List.of("sh", "-c", "command -v " + program));
    if (this == LIBTORRENT) {
      check.set(2, program + " -c 'import libtorrent'");
    }
    return new ProcessBuilder(check)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor()
        == 0;
  }

  /** Whether it knows torrents of both versions (BEP 52). */
  public boolean readsHybrids() {
    return this == LIBTORRENT || this == QBITTORRENT;
  }

  /**
   * Transmission with a magnet link.
   *
   * @param home holds its settings, with remote control at {@code address}
   */
  public static List<String> transmission(Path home, String address, String link)
      throws IOException {
    return List.of(
        "sh", script(home.resolve("transmission_link.sh")), home.toString(), address, link);
  }

  /**
   * qBittorrent, without the DHT and peer exchange.
   *
   * @param home holds its settings
   * @param device network interface that has {@code address}
   * @param local whether it looks for peers on the local network
   */
  public static List<String> qbittorrent(
      Path home,
      String device,
      String address,
      boolean local,
      boolean encrypted,
      String source,
      Path folder)
      throws IOException {
    Path settings = Files.createDirectories(home.resolve("qBittorrent/config"));
    Files.writeString(
        settings.resolve("qBittorrent.conf"),
        """
        [LegalNotice]
        Accepted=true
        [Preferences]
        WebUI\\Address=%2$s
        [BitTorrent]
        Session\\Interface=%1$s
        Session\\InterfaceAddress=%2$s
        Session\\Port=6881
        Session\\DHTEnabled=false
        Session\\LSDEnabled=%3$s
        Session\\PeXEnabled=false
        Session\\MultiConnectionsPerIp=true
        Session\\Encryption=%4$d
        [Network]
        PortForwardingEnabled=false
        """
            .formatted(device, address, local, encrypted ? 1 : 0));
    return List.of(
        "qbittorrent-nox",
        "--profile=" + home,
        "--save-path=" + folder,
        "--skip-dialog=true",
        source);
  }

  /** Writes the script of that name. */
  private static String script(Path at) throws IOException {
    String name = at.getFileName().toString();
    try (var in = Objects.requireNonNull(ForeignClient.class.getResourceAsStream(name))) {
      Files.write(at, in.readAllBytes());
    }
    return at.toString();
  }

  /** Whoever binds to one family only listens to all addresses of the other: on its own port. */
  private static int port(String address) {
    return 6880 + Character.digit(address.charAt(address.length() - 1), 10);
  }

  private static boolean isLink(String source) {
    return source.startsWith("magnet:");
  }

  /**
   * Seeds what is in {@code folder}, or fetches what is not, listening on {@code address}.
   *
   * @param source a .torrent file, or a magnet link
   * @param encrypted whether it talks to nobody but by encrypted handshakes, and RC4 behind them
   */
  public abstract List<String> command(
      String source, Path folder, String address, boolean encrypted) throws IOException;

  /** As it is without being told otherwise. */
  public List<String> command(String source, Path folder, String address) throws IOException {
    return command(source, folder, address, false);
  }

  /** The same of a .torrent file. */
  public List<String> command(Path torrent, Path folder, String address) throws IOException {
    return command(torrent.toString(), folder, address);
  }
}
