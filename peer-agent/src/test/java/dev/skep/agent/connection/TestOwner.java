package dev.skep.agent.connection;

import dev.skep.agent.storage.BlockMemory;
import dev.skep.protocol.Endpoint;
import dev.skep.protocol.InfoHash;
import dev.skep.protocol.PeerId;
import dev.skep.protocol.encryption.Encryption;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** ConnectionOwner of one connection. */
final class TestOwner implements ConnectionOwner {
  final CompletableFuture<Drop> end = new CompletableFuture<>();
  private final BlockMemory memory = new BlockMemory(1 << 20);
  private final WireBytes wireBytes = new WireBytes();
  private final Drops drops = new Drops();
  private final Faults faults = new Faults();
  private final Encrypting encrypting = new Encrypting(Encryption.ALLOW);
  private final ScheduledExecutorService clock;
  private final Supplier<Limits> up;

  TestOwner(ScheduledExecutorService clock, Supplier<Limits> up) {
    this.clock = clock;
    this.up = up;
  }

  @Override
  public Self self() {
    return new Self(new PeerId(1, 2, 3), "Skep", 6881);
  }

  @Override
  public Duration handshakeTimeout() {
    return Duration.ofSeconds(20);
  }

  @Override
  public BlockMemory memory() {
    return memory;
  }

  @Override
  public ScheduledExecutorService clock() {
    return clock;
  }

  @Override
  public Optional<Topic> topic(TorrentKey key) {
    return Optional.empty();
  }

  @Override
  public Optional<InfoHash> infoHash(TorrentKey.Obfuscated key) {
    return Optional.empty();
  }

  @Override
  public Encrypting encrypting() {
    return encrypting;
  }

  @Override
  public boolean isLocal(Endpoint at) {
    return true;
  }

  @Override
  public boolean exchangesPeers() {
    return true;
  }

  @Override
  public Limits downLimits(Endpoint at) {
    return Limits.NONE;
  }

  @Override
  public Limits upLimits(Endpoint at) {
    return up.get();
  }

  @Override
  public OptionalInt dhtPort() {
    return OptionalInt.empty();
  }

  @Override
  public void dhtNode(Endpoint at) {}

  @Override
  public Drops drops() {
    return drops;
  }

  @Override
  public WireBytes wireBytes() {
    return wireBytes;
  }

  @Override
  public Faults faults() {
    return faults;
  }

  @Override
  public void seenAt(Endpoint peer, InetAddress us) {}

  @Override
  public void joined(Connection connection) {}

  @Override
  public void ended(Connection connection, Drop why) {
    end.complete(why);
  }
}
