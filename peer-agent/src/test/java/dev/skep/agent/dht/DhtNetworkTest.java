package dev.skep.agent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.bencode.BString;
import dev.skep.protocol.dht.DhtItem;
import dev.skep.protocol.dht.DhtNode;
import dev.skep.protocol.dht.Krpc;
import dev.skep.protocol.dht.KrpcCodec;
import dev.skep.protocol.dht.NodeId;
import dev.skep.protocol.peerwire.ProtocolException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole networks of nodes, on virtual time. */
class DhtNetworkTest {
  private static final long SEED = 42;

  private static DhtNetwork network(int nodes) {
    DhtNetwork network = new DhtNetwork(SEED, 10);
    for (int i = 0; i < nodes; i++) {
      network.join();
      if (i % 20 == 19) {
        network.run(1);
      }
    }
    network.run(60);
    return network;
  }

  /** Else nobody could look into a failure. */
  @Test
  void theSameSeedMakesTheSameNetwork() {
    assertThat(tables(network(100))).isEqualTo(tables(network(100)));
  }

  private static List<List<DhtNode>> tables(DhtNetwork network) {
    return network.nodes.stream().map(node -> node.dht.nodes()).toList();
  }

  @Test
  void inAThousandNodesWhatOneAnnouncesAnyOtherFinds() {
    DhtNetwork network = network(1_000);
    Map<InfoHash, Endpoint> announced = announceAHundred(network);

    long before = network.datagrams;
    assertThat(share(network, announced)).isGreaterThanOrEqualTo(0.99);
    // Some four of a hundred nodes: what a search asks grows with the logarithm of their number.
    assertThat((network.datagrams - before) / 100).isLessThan(250);
  }

  @Test
  void whatWasAnnouncedIsFoundThoughAThirdHasVanished() {
    DhtNetwork network = network(300);
    Map<InfoHash, Endpoint> announced = announceAHundred(network);
    for (int i = 0; i < 100; i++) {
      network.any().vanish();
    }
    network.run(5);

    assertThat(share(network, announced)).isGreaterThanOrEqualTo(0.98);
  }

  /** Each by any of the nodes. */
  private static Map<InfoHash, Endpoint> announceAHundred(DhtNetwork network) {
    Map<InfoHash, Endpoint> announced = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      DhtNetwork.Node node = network.any();
      InfoHash about = network.hash();
      node.search(about, 7000);
      announced.put(about, new Endpoint(node.at.address(), 7000));
      network.run(1);
    }
    network.run(20);
    return announced;
  }

  /** How much of what was announced is found, each by another node. */
  private static double share(DhtNetwork network, Map<InfoHash, Endpoint> announced) {
    Map<InfoHash, DhtNetwork.Found> found = new HashMap<>();
    announced.forEach(
        (about, _) -> {
          found.put(about, network.any().search(about, 0));
          network.run(1);
        });
    network.run(30);
    assertThat(found.values()).allMatch(each -> each.ended);
    long hits =
        announced.entrySet().stream()
            .filter(
                each ->
                    Objects.requireNonNull(found.get(each.getKey()))
                        .peers
                        .contains(each.getValue()))
            .count();
    return (double) hits / announced.size();
  }

  /** Sits at many addresses of one network, with the ids that it likes, and knows only itself. */
  private static final class Liar implements DhtNetwork.Host {
    private final DhtNetwork network;
    private final List<DhtNode> gang;
    private final DhtNode self;

    Liar(DhtNetwork network, List<DhtNode> gang, DhtNode self) {
      this.network = network;
      this.gang = gang;
      this.self = self;
    }

    @Override
    public void received(Endpoint from, byte[] datagram) {
      try {
        if (KrpcCodec.decode(datagram) instanceof Krpc.Query query) {
          Krpc.Reply lie =
              new Krpc.Reply(
                  query.transaction(),
                  self.id(),
                  gang.subList(0, Math.min(8, gang.size())),
                  List.of(),
                  Optional.of(BString.of("gone")),
                  Krpc.NOTHING,
                  Optional.empty());
          network.send(self.at(), from, KrpcCodec.encode(lie));
        }
      } catch (ProtocolException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** What sits around a torrent: all that one network can be, and knows only itself. */
  private static List<DhtNode> gang(DhtNetwork network, List<DhtNode> members) {
    for (DhtNode liar : members) {
      network.hosts.put(liar.at(), new Liar(network, members, liar));
    }
    return members;
  }

  /** With ids of their choice. */
  private static List<DhtNode> choosing(DhtNetwork network, InfoHash about) {
    List<DhtNode> gang = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      NodeId near = NodeId.of(about).near(30 + network.random.nextInt(100), network.random);
      gang.add(new DhtNode(near, Endpoint.of("66.66." + i / 250 + "." + (1 + i % 250), 6881)));
    }
    return gang;
  }

  /** With the nearest ids that suit their addresses (BEP 42). */
  private static List<DhtNode> fitting(DhtNetwork network, InfoHash about) {
    NodeId target = NodeId.of(about);
    List<DhtNode> gang = new ArrayList<>();
    for (int i = 0; i < 65_536; i++) {
      Endpoint at = Endpoint.of("66.66." + (i >> 8) + "." + (i & 255), 6881);
      gang.add(new DhtNode(NodeId.random(at.address(), network.random), at));
    }
    gang.sort((a, b) -> target.nearer(a.id(), b.id()));
    return new ArrayList<>(gang.subList(0, 1_000));
  }

  @ParameterizedTest(name = "with ids that suit: {0}")
  @ValueSource(booleans = {false, true})
  void oneNetworkTakesNoTableOverAndSitsAroundNoTorrent(boolean suits) {
    DhtNetwork network = network(200);
    InfoHash about = network.hash();
    DhtNetwork.Node victim = network.any();
    List<DhtNode> gang = gang(network, suits ? fitting(network, about) : choosing(network, about));
    for (DhtNode liar : gang) {
      for (DhtNetwork.Node to : List.of(victim, network.any())) {
        Krpc hello = new Krpc.Query(BString.of("x"), liar.id(), false, new Krpc.Ping());
        network.send(liar.at(), to.at, KrpcCodec.encode(hello));
      }
    }
    network.run(60);

    assertThat(victim.dht.nodes().stream().filter(DhtNetworkTest::isLiar).count())
        .as("of " + victim.dht.nodes().size())
        .isLessThanOrEqualTo(8);

    DhtNetwork.Node seeder = network.any();
    seeder.search(about, 7000);
    network.run(20);
    DhtNetwork.Found found = victim.search(about, 0);
    network.run(20);
    assertThat(found.peers).contains(new Endpoint(seeder.at.address(), 7000));
  }

  private static boolean isLiar(DhtNode node) {
    return node.at().address().getAddress()[0] == 66;
  }

  @Test
  void whoAsksTooMuchIsNotAnsweredAndOthersAre() {
    DhtNetwork network = new DhtNetwork(SEED, 0);
    DhtNetwork.Node victim = network.join();
    Counter one = new Counter();
    network.hosts.put(Endpoint.of("66.66.1.1", 1), one);
    Counter neighbours = new Counter();
    byte[] ping =
        KrpcCodec.encode(
            new Krpc.Query(BString.of("x"), NodeId.random(network.random), true, new Krpc.Ping()));
    for (int i = 0; i < 1_000; i++) {
      network.send(Endpoint.of("66.66.1.1", 1), victim.at, ping);
    }
    network.run(1);
    assertThat(one.count).as("of a thousand at once").isBetween(20, 70);

    for (int i = 0; i < 5_000; i++) {
      Endpoint at = Endpoint.of("66.66." + (2 + i / 250) + "." + (1 + i % 250), 1);
      network.hosts.put(at, neighbours);
      network.send(at, victim.at, ping);
    }
    Counter far = new Counter();
    network.hosts.put(Endpoint.of("77.1.1.1", 1), far);
    network.run(1);
    network.send(Endpoint.of("77.1.1.1", 1), victim.at, ping);
    network.run(1);
    assertThat(neighbours.count).as("of one network").isLessThan(700);
    assertThat(far.count).isEqualTo(1);
    assertThat(victim.dht.status().refused()).isGreaterThan(4_000);
  }

  private static final class Counter implements DhtNetwork.Host {
    private int count;

    @Override
    public void received(Endpoint from, byte[] datagram) {
      count++;
    }
  }

  @Test
  void noAnswerIsTooLongForAnyLine() {
    DhtNetwork network = network(100);
    InfoHash popular = network.hash();
    for (int i = 0; i < 3; i++) {
      for (DhtNetwork.Node node : network.nodes) {
        node.search(popular, 7000 + i);
      }
      network.run(10);
    }

    DhtNetwork.Found found = network.any().search(popular, 0);
    network.run(10);

    assertThat(found.peers).hasSizeGreaterThan(50);
    assertThat(found.seeds.estimate()).as("seeds as they are counted").isBetween(90.0, 110.0);
    assertThat(network.longest).isLessThanOrEqualTo(Krpc.MOST_SENT_BYTES);
  }

  @Test
  void twoAreADht() {
    DhtNetwork network = new DhtNetwork(SEED, 0);
    DhtNetwork.Node one = network.new Node(Endpoint.of("192.168.1.1", 6881), false);
    DhtNetwork.Node two = network.new Node(Endpoint.of("192.168.1.2", 6881), false);
    InfoHash about = network.hash();
    one.search(about, 6881);
    DhtNetwork.Found found = two.search(about, 6881);
    network.run(5);

    two.dht.meet(one.at, network.now);
    network.run(2);

    // Whoever hears of the other first knows it: by an answer, or since it was told.
    found.peers.addAll(two.told);
    assertThat(found.peers).contains(one.at);
    assertThat(one.told).contains(two.at);
  }

  @Test
  void whoIsCutOffForAnHourKnowsTheOthersStill() {
    DhtNetwork network = network(40);
    InfoHash about = network.hash();
    DhtNetwork.Node seeder = network.nodes.get(10);
    DhtNetwork.Node victim = network.nodes.get(20);
    victim.cut = true;
    for (int minute = 0; minute < 60; minute++) {
      victim.search(network.hash(), 7000);
      network.run(60);
    }
    seeder.search(about, 7000);
    network.run(10);
    victim.cut = false;

    DhtNetwork.Found found = victim.search(about, 0);
    network.run(5);

    assertThat(found.peers).contains(new Endpoint(seeder.at.address(), 7000));
  }

  @Test
  void whoComesBackFindsPeersWithinTwoSeconds() {
    DhtNetwork network = network(300);
    InfoHash about = network.hash();
    DhtNetwork.Node seeder = network.nodes.get(10);
    seeder.search(about, 7000);
    network.run(10);
    DhtNetwork.Node before = network.nodes.get(20);
    List<DhtNode> known = before.dht.nodes();
    before.vanish();
    for (int i = 0; i < 100; i++) {
      DhtNetwork.Node gone = network.any();
      if (gone != seeder) {
        gone.vanish(); // a third of those that it knew
      }
    }
    network.run(60);

    DhtNetwork.Node back = network.new Node(before.at, false, before.dht.self(true).orElseThrow());
    known.forEach(node -> back.dht.meet(node.at(), network.now));
    DhtNetwork.Found found = back.search(about, 7000);
    network.run(2);

    assertThat(found.peers).contains(new Endpoint(seeder.at.address(), 7000));
  }

  @Test
  void aNetworkThatComesLateIsJoinedAndUntilThenHardlyAsked() {
    DhtNetwork network = new DhtNetwork(SEED, 0);
    DhtNetwork.Node early = network.new Node(network.freeAddress(), false);
    Endpoint door = network.freeAddress();
    early.whenLonely = () -> early.dht.meet(door, network.now);
    network.run(3_600);
    assertThat(network.datagrams).isLessThan(100);

    network.new Node(door, false);
    network.run(61);

    assertThat(early.dht.nodes()).hasSize(1);
  }

  /**
   * As after a month: none of those it knew is there, and the one that it is told of comes last.
   */
  @Test
  void everyDoorIsKnockedAtInTheEnd() {
    DhtNetwork network = new DhtNetwork(SEED, 0);
    DhtNetwork.Node back = network.new Node(network.freeAddress(), false);
    DhtNetwork.Node there = network.new Node(network.freeAddress(), false);
    for (int i = 0; i < 199; i++) {
      back.dht.meet(network.freeAddress(), network.now);
    }
    back.whenLonely = () -> back.dht.meet(there.at, network.now);
    back.dht.meet(there.at, network.now);

    network.run(300);

    assertThat(back.dht.nodes()).extracting(DhtNode::at).containsExactly(there.at);
  }

  @Test
  void whatIsForgottenIsNeitherLookedForNorAnnounced() {
    DhtNetwork network = network(50);
    InfoHash about = network.hash();
    DhtNetwork.Node node = network.any();
    node.search(about, 7000);
    assertThat(node.dht.status().lookups()).as("under way").isEqualTo(1);
    node.dht.forget(about);
    network.run(20);
    DhtNetwork.Found found = network.any().search(about, 0);
    network.run(20);
    assertThat(found.ended).isTrue();
    assertThat(found.peers).isEmpty();

    DhtNetwork.Node alone = network.new Node(network.freeAddress(), false);
    alone.search(about, 7000);
    assertThat(alone.dht.status().waiting()).isEqualTo(1);
    alone.dht.forget(about);
    assertThat(alone.dht.status().waiting()).isZero();
  }

  @Test
  void aSearchWhosePlaceAnotherTakesEnds() {
    DhtNetwork network = new DhtNetwork(SEED, 0);
    DhtNetwork.Node alone = network.new Node(network.freeAddress(), false);
    InfoHash about = network.hash();
    DhtNetwork.Found first = alone.search(about, 7000);
    DhtNetwork.Found second = alone.search(about, 7000);

    assertThat(first.ended).isTrue();
    assertThat(second.ended).isFalse();
  }

  @Test
  void theDhtOfIpv6WorksAsThatOfIpv4() {
    DhtNetwork network = new DhtNetwork(SEED, 10);
    for (int i = 0; i < 50; i++) {
      DhtNetwork.Node node = network.new Node(network.freeIpv6Address(), false);
      node.dht.meet(network.nodes.getFirst().at, network.now);
      network.run(1);
    }
    InfoHash about = network.hash();
    DhtNetwork.Node seeder = network.nodes.get(10);
    seeder.search(about, 7000);
    network.run(10);

    DhtNetwork.Found found = network.nodes.get(20).search(about, 0);
    network.run(10);

    assertThat(found.peers).contains(new Endpoint(seeder.at.address(), 7000));
  }

  /** A tenth of all goes in an hour, as many come, and who has a torrent says so now and then. */
  private static double shareAfterAnHourOfChurn(int nodes) {
    DhtNetwork network = network(nodes);
    List<DhtNetwork.Node> seeders = new ArrayList<>(network.nodes.subList(0, nodes / 4));
    Map<DhtNetwork.Node, InfoHash> torrents = new LinkedHashMap<>(); // a node's hash is by chance
    seeders.forEach(seeder -> torrents.put(seeder, network.hash()));
    for (int minute = 0; minute < 60; minute++) {
      for (int i = 0; i < seeders.size(); i++) {
        if (i % 12 == minute % 12 && network.nodes.contains(seeders.get(i))) {
          seeders.get(i).search(Objects.requireNonNull(torrents.get(seeders.get(i))), 7000);
        }
      }
      for (int i = 0; i < nodes / 600 + (minute % 6 < nodes % 600 / 100 ? 1 : 0); i++) {
        network.any().vanish();
        network.join();
      }
      network.run(60);
    }
    Map<InfoHash, Endpoint> announced = new HashMap<>();
    torrents.forEach(
        (seeder, about) -> {
          if (network.nodes.contains(seeder)) {
            announced.put(about, new Endpoint(seeder.at.address(), 7000));
          }
        });
    return share(network, announced);
  }

  @Test
  void inAnHourOfChurnPeersAreFound() {
    assertThat(shareAfterAnHourOfChurn(100)).isGreaterThanOrEqualTo(0.99);
  }

  @ParameterizedTest(name = "of {0}")
  @ValueSource(ints = {1_000, 10_000})
  @Tag("full")
  void inAnHourOfChurnOfManyPeersAreFound(int nodes) {
    assertThat(shareAfterAnHourOfChurn(nodes)).isGreaterThanOrEqualTo(0.99);
  }

  @Test
  @Tag("full")
  void whatALookupAsksGrowsWithTheLogarithmOfTheNodes() {
    double few = asked(network(1_000));
    double many = asked(network(10_000));

    assertThat(many).as("in ten times as many as %s", few).isLessThan(1.7 * few);
  }

  /** How many datagrams a lookup takes. */
  private static double asked(DhtNetwork network) {
    int lookups = 200;
    long before = network.datagrams;
    for (int i = 0; i < lookups; i++) {
      network.any().search(network.hash(), 0);
    }
    network.run(10);
    return (double) (network.datagrams - before) / lookups;
  }

  @Test
  void anItemIsKeptAndItsOwnerReplacesIt() throws Exception {
    DhtNetwork network = network(100);
    KeyPair owner = owner();
    DhtItem.Immutable text = new DhtItem.Immutable(BString.of("Hello World!"));
    Items ended = new Items();
    network.any().dht.put(text, ended, network.now);
    network.any().dht.put(signed(owner, 1), new Items(), network.now);
    network.run(10);
    network.any().dht.put(signed(owner, 3), new Items(), network.now);
    network.run(10);
    network.any().dht.put(signed(owner, 2), new Items(), network.now); // is refused by who has that
    network.run(10);

    Items found = new Items();
    network.any().dht.get(text.target(), BString.of(""), found, network.now);
    Items foundSigned = new Items();
    DhtItem.Mutable latest = signed(owner, 3);
    network.any().dht.get(latest.target(), latest.salt(), foundSigned, network.now);
    network.run(10);

    assertThat(ended.keepers).isGreaterThanOrEqualTo(8);
    assertThat(found.all).containsOnly(text);
    assertThat(foundSigned.latest()).as("of %s", foundSigned.all).contains(latest);
  }

  @Test
  void whatIsNotItsOwnersIsKeptByNobodyAndBelievedByNobody() throws Exception {
    DhtNetwork network = network(30);
    KeyPair owner = owner();
    DhtItem.Mutable right = signed(owner, 1);
    DhtItem.Mutable wrong =
        new DhtItem.Mutable(
            right.key(), right.salt(), 9, BString.of("not the owner's"), right.signature());
    network.any().dht.put(wrong, new Items(), network.now);
    network.run(10);

    assertThat(network.nodes).allMatch(node -> node.dht.status().items() == 0);
    Items found = new Items();
    network.any().dht.get(wrong.target(), wrong.salt(), found, network.now);
    network.run(10);
    assertThat(found.all).isEmpty();
  }

  /** The same in each run: where its items are kept follows from its key. */
  private static KeyPair owner() throws GeneralSecurityException {
    SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
    random.setSeed(SEED); // before anything is drawn: nothing else goes into it then
    KeyPairGenerator keys = KeyPairGenerator.getInstance("Ed25519");
    keys.initialize(NamedParameterSpec.ED25519, random);
    return keys.generateKeyPair();
  }

  private static DhtItem.Mutable signed(KeyPair owner, long sequence) throws Exception {
    BString salt = BString.of("salt");
    BString value = BString.of("version " + sequence);
    Signature signing = Signature.getInstance("Ed25519");
    signing.initSign(owner.getPrivate());
    signing.update(DhtItem.Mutable.signedBytes(salt, sequence, value));
    byte[] encoded = owner.getPublic().getEncoded();
    byte[] key = Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length);
    return new DhtItem.Mutable(BString.of(key), salt, sequence, value, BString.of(signing.sign()));
  }

  private static final class Items implements Dht.ItemSearch {
    private final List<DhtItem> all = new ArrayList<>();
    private int keepers;

    /** Who missed a later one, since a datagram was lost, tells of one before it. */
    Optional<DhtItem.Mutable> latest() {
      return all.stream()
          .map(DhtItem.Mutable.class::cast)
          .max(Comparator.comparingLong(DhtItem.Mutable::sequence));
    }

    @Override
    public void found(DhtItem item) {
      all.add(item);
    }

    @Override
    public void ended(int answered) {
      keepers = answered;
    }
  }

  @Test
  void whoOnlyAsksIsInNobodysTable() {
    DhtNetwork network = network(50);
    DhtNetwork.Node shy = network.new Node(network.freeAddress(), true);
    shy.dht.meet(network.any().at, network.now);
    network.run(60);

    assertThat(shy.dht.nodes()).isNotEmpty();
    assertThat(network.nodes)
        .noneMatch(node -> node.dht.nodes().stream().anyMatch(n -> n.at().equals(shy.at)));
  }

  @Test
  void anIdFollowsTheAddressThatOthersSee() {
    DhtNetwork network = network(50);
    DhtNetwork.Node newcomer = network.join();
    network.run(60);

    assertThat(newcomer.dht.self(true).orElseThrow().suits(newcomer.at.address())).isTrue();
  }

  @Test
  void aNetworkThatIsQuietStaysQuiet() {
    DhtNetwork network = network(100);
    network.run(60);
    long before = network.datagrams;

    network.run(600);

    assertThat((network.datagrams - before) / 100.0 / 600).as("a node, in a second").isLessThan(2);
  }
}
