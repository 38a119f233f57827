package dev.skep.benchmarks;

import dev.skep.agent.session.Session;
import dev.skep.agent.session.SessionSettings;
import dev.skep.agent.session.Transfer;
import dev.skep.agent.session.TransferOptions;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.encryption.Encryption;
import dev.skep.protocol.metainfo.Metainfo;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One side of {@code benchmarks/pair}: {@code seed BIND PORT} or {@code get BIND PORT SEEDER...}.
 * Reads a line {@code TORRENT PATH} per torrent, moves it, and answers with a line: {@code ready}
 * from a seeder, from a leecher the seconds from the first byte to the last.
 */
public final class PairPeer {
  private PairPeer() {}

  public static void main(String[] args) throws Exception {
    boolean seeds = args[0].equals("seed");
    SessionSettings settings =
        SessionSettings.defaults()
            .with(
                s -> {
                  s.bind = InetAddress.ofLiteral(args[1]);
                  s.port = Integer.parseInt(args[2]);
                  s.maxConnections = 4000;
                  s.maxConnectionsPerTorrent = 2000;
                  String encryption = System.getProperty("skep.pair.encryption");
                  if (encryption != null) { // an older build that is compared does not know it
                    s.encryption = Encryption.valueOf(encryption.toUpperCase(Locale.ROOT));
                  }
                });
    List<Endpoint> peers =
        List.of(args).subList(3, args.length).stream().map(Endpoint::parse).toList();
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Session session = Session.open(settings)) {
      System.out.println("open");
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int space = line.indexOf(' ');
        Metainfo metainfo = Metainfo.parse(Files.readAllBytes(Path.of(line.substring(0, space))));
        Path at = Path.of(line.substring(space + 1));
        if (seeds) {
          seed(session, metainfo, at);
          System.out.println("ready");
        } else {
          System.out.println(get(session, metainfo, at, peers));
        }
      }
    }
  }

  private static void seed(Session session, Metainfo metainfo, Path data) throws Exception {
    Transfer transfer = session.add(metainfo, data, TransferOptions.defaults().seeding(data));
    transfer.completed().get(5, TimeUnit.MINUTES);
  }

  private static double get(Session session, Metainfo metainfo, Path folder, List<Endpoint> peers)
      throws IOException, InterruptedException {
    Transfer transfer = session.add(metainfo, folder, TransferOptions.defaults().withPeers(peers));
    while (transfer.status().downloadedBytes() == 0) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    long first = System.nanoTime();
    transfer.completed().join();
    double seconds = (System.nanoTime() - first) / 1e9;
    session.remove(transfer);
    return seconds;
  }
}
