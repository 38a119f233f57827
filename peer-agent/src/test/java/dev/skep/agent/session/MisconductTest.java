package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.skep.protocol.BlockRef;
import dev.skep.protocol.peerwire.DontHave;
import dev.skep.protocol.peerwire.PeerMessage;
import dev.skep.protocol.peerwire.Reserved;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each way to break the protocol ends the connection, is counted under its name, and logged. */
@Timeout(60)
@Execution(ExecutionMode.CONCURRENT)
class MisconductTest {
  private static final Reserved FAST = Reserved.NONE.withFast();
  private static final TestData DATA = TestData.file("kept.bin", 640_000, 64 * 1024);
  private static final int PIECES = DATA.metainfo().layout().pieceCount();
  private static final BlockRef BLOCK = new BlockRef(0, 0, 16 * 1024);
  private static final Logger LOGGER = Logger.getLogger("dev.skep.agent.connection.Connection");

  @TempDir private Path temp;
  private Hosts hosts;
  private final List<String> logged = new CopyOnWriteArrayList<>();
  private final Handler listening = new Listening();

  private final class Listening extends Handler {
    @Override
    public void publish(LogRecord line) {
      logged.add(new SimpleFormatter().formatMessage(line));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  /** For all of them: they run at once, and one that ends must not silence the others. */
  @BeforeAll
  static void logAll() {
    LOGGER.setLevel(Level.FINE);
  }

  @AfterAll
  static void logAsBefore() {
    LOGGER.setLevel(null);
  }

  @BeforeEach
  void listen() {
    hosts = new Hosts(temp);
    listening.setLevel(Level.FINE);
    LOGGER.addHandler(listening);
  }

  @AfterEach
  void closeHosts() {
    LOGGER.removeHandler(listening);
    hosts.close();
  }

  /** What a peer does. */
  @FunctionalInterface
  interface Deed {
    void by(RawPeer peer) throws IOException;
  }

  /** A deed, to whom it is done, and what it is called. */
  record Case(String name, boolean toSeeder, Reserved reserved, Deed deed) {
    static Stream<Case> all() {
      return Stream.of(
          new Case("misconduct_bitfield_twice", false, FAST, MisconductTest::nothingTwice),
          new Case(
              "misconduct_bitfield_wrong",
              false,
              FAST,
              peer -> peer.send(new PeerMessage.Bits(new byte[] {-1, -1}))),
          new Case(
              "misconduct_index_out_of_range",
              false,
              FAST.withExtended(),
              peer -> peer.send(new PeerMessage.Extended(1, new DontHave(PIECES).encode()))),
          new Case(
              "misconduct", // told from the message's length or number alone
              false,
              FAST,
              peer -> peer.send(new PeerMessage.Have(PIECES))),
          new Case(
              "misconduct_request_invalid",
              true,
              FAST,
              peer -> peer.send(new PeerMessage.Request(new BlockRef(0, 65_000, 16 * 1024)))),
          new Case(
              "misconduct_request_not_offered",
              false,
              FAST,
              peer -> peer.send(new PeerMessage.Request(BLOCK))),
          new Case("misconduct_requests_while_choked", true, FAST, peer -> ask(peer, 2_100)),
          new Case("misconduct_too_many_requests", true, FAST, MisconductTest::askAndNotRead),
          new Case(
              "misconduct_fast_not_negotiated",
              false,
              Reserved.NONE,
              peer -> peer.send(PeerMessage.HAVE_ALL)),
          new Case("misconduct_flood", false, FAST, MisconductTest::flood),
          new Case("misconduct_flood", false, FAST, MisconductTest::suggestWithoutEnd),
          new Case("misconduct_flood", true, FAST, MisconductTest::cancelWithoutEnd),
          new Case("misconduct_flood", true, Reserved.NONE, MisconductTest::cancelWithoutEnd),
          new Case("misconduct", false, FAST, peer -> peer.send(new byte[] {0, 0, 0, 3, 4, 0, 0})),
          new Case("unrequested_blocks", false, FAST, MisconductTest::sendBlocks));
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static void nothingTwice(RawPeer peer) throws IOException {
    peer.send(PeerMessage.HAVE_NONE);
    peer.send(PeerMessage.HAVE_NONE);
  }

  private static void ask(RawPeer peer, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      peer.send(new PeerMessage.Request(BLOCK));
    }
  }

  private static void askAndNotRead(RawPeer peer) throws IOException {
    peer.send(PeerMessage.INTERESTED);
    ask(peer, 60_000);
  }

  private static void flood(RawPeer peer) throws IOException {
    for (int i = 0; i < 3_000; i++) {
      peer.send(PeerMessage.NOT_INTERESTED);
    }
  }

  private static void suggestWithoutEnd(RawPeer peer) throws IOException {
    for (int i = 0; i < 3_000; i++) {
      peer.send(new PeerMessage.Suggest(i % PIECES));
    }
  }

  private static void cancelWithoutEnd(RawPeer peer) throws IOException {
    for (int i = 0; i < 3_000; i++) {
      peer.send(new PeerMessage.Cancel(BLOCK));
    }
  }

  private static void sendBlocks(RawPeer peer) throws IOException {
    for (int i = 0; i < 200; i++) {
      peer.sendBlock(i % PIECES, 0, new byte[16 * 1024]);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.skep.agent.session.MisconductTest$Case#all")
  void endsTheConnectionWithItsName(Case one) throws Exception {
    Session session = one.toSeeder() ? seeder() : leecher();
    try (RawPeer peer =
        RawPeer.greet(
            "127.0.0.9", session.listening(), DATA.metainfo().infoHash(), one.reserved())) {
      try {
        one.deed().by(peer);
      } catch (IOException e) {
        // It was dropped meanwhile, as it should be.
      }
      await().untilAsserted(() -> assertThat(session.drops()).containsEntry(one.name(), 1L));
      peer.awaitEnd();
    }
    await()
        .untilAsserted(
            () -> assertThat(logged).anyMatch(line -> line.contains("ended: " + one.name())));
  }

  private Session seeder() throws Exception {
    Session session = hosts.open(1);
    Path data = DATA.writeTo(hosts.folder(1));
    Transfer transfer =
        session.add(DATA.metainfo(), temp, TransferOptions.defaults().seeding(data));
    transfer.completed().get();
    return session;
  }

  private Session leecher() throws IOException {
    Session session = hosts.open(2);
    Transfer transfer = hosts.get(session, 2, DATA);
    await().until(() -> transfer.status().state() == TransferStatus.State.DOWNLOADING);
    return session;
  }
}
