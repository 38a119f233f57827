package dev.skep.benchmarks.protocol;

import dev.skep.protocol.InfoHash;
import dev.skep.protocol.metainfo.Metainfo;
import dev.skep.protocol.metainfo.MetainfoException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Reading the .torrent of {@link LargeTorrent}, warm and with the info-hash. {@link ColdParse} does
 * it in a fresh JVM.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class MetainfoBenchmark {
  private byte[] torrent = {};

  @Setup
  public void build() {
    torrent = LargeTorrent.bytes();
  }

  @Benchmark
  public Metainfo parse() throws MetainfoException {
    return Metainfo.parse(torrent);
  }

  @Benchmark
  public InfoHash parseAndHash() throws MetainfoException {
    return Metainfo.parse(torrent).infoHash();
  }
}
