package dev.skep.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Machines of a test: each a session on its own loopback address with its own folder. */
class Hosts implements AutoCloseable {
  private final Path temp;
  private final List<Session> sessions = new ArrayList<>();

  Hosts(Path temp) {
    this.temp = temp;
  }

  Session open(int number) throws IOException {
    return open(number, _ -> {});
  }

  Session open(int number, Consumer<SessionSettings.Draft> changes) throws IOException {
    InetAddress bind = InetAddress.ofLiteral("127.0.0." + (1 + number));
    Session session = open(SessionSettings.defaults().with(s -> s.bind = bind).with(changes));
    sessions.add(session);
    return session;
  }

  /** How each of them is opened. */
  Session open(SessionSettings settings) throws IOException {
    return Session.open(settings);
  }

  Path folder(int number) {
    return temp.resolve("host" + number);
  }

  /** A session on host 1 that has the data and seeds it. */
  Endpoint seed(TestData data) throws Exception {
    return seed(data, _ -> {});
  }

  Endpoint seed(TestData data, Consumer<SessionSettings.Draft> changes) throws Exception {
    Session session = open(1, changes);
    session
        .add(
            data.metainfo(), folder(1), TransferOptions.defaults().seeding(data.writeTo(folder(1))))
        .completed()
        .get(20, TimeUnit.SECONDS);
    return session.listening();
  }

  Session sessionOfSeeder() {
    return sessions.getFirst();
  }

  /** Of the first seeder. */
  Transfer transferOfSeeder() {
    return sessions.getFirst().transfers().getFirst();
  }

  Transfer get(Session session, int number, TestData data, Endpoint... peers) throws IOException {
    return session.add(
        data.metainfo(), folder(number), TransferOptions.defaults().withPeers(List.of(peers)));
  }

  void assertThatHas(int number, TestData data) {
    for (TestData.Content file : data.files()) {
      assertThat(data.at(folder(number), file)).hasBinaryContent(file.bytes());
    }
  }

  @Override
  public void close() {
    sessions.forEach(Session::close);
  }
}
