package dev.skep.benchmarks;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongToDoubleFunction;

/**
 * {@code StoreBuilds CLASSES...}: the store of several builds side by side in one process, in turns
 * of 60 ms, so that what else the machine does hits all of them. CLASSES are jars or folders, those
 * of one build with {@code :} between them. Prints announces per second of processor time and how
 * that compares to the first, as medians. The first place has a disadvantage, and luck of a process
 * matters: run it several times in different orders.
 */
public final class StoreBuilds {
  private static final long TURN_NANOS = 60_000_000;
  private static final int WARM_UP_TURNS = 25;
  private static final int TURNS = 40;

  private StoreBuilds() {}

  public static void main(String[] builds) throws Exception {
    List<LongToDoubleFunction> stores = new ArrayList<>();
    for (String build : builds) {
      stores.add(load(build));
    }
    double[][] rates = new double[builds.length][TURNS];
    for (int turn = -WARM_UP_TURNS; turn < TURNS; turn++) {
      for (int i = 0; i < builds.length; i++) {
        double rate = stores.get(i).applyAsDouble(TURN_NANOS);
        if (turn >= 0) {
          rates[i][turn] = rate;
        }
      }
    }
    for (int i = 0; i < builds.length; i++) {
      double[] ratios = new double[TURNS];
      for (int turn = 0; turn < TURNS; turn++) {
        ratios[turn] = rates[i][turn] / rates[0][turn];
      }
      System.out.printf("%.0f/s, x%.3f  %s%n", median(rates[i]), median(ratios), builds[i]);
    }
  }

  /** The load of this build over the store of another. */
  private static LongToDoubleFunction load(String build)
      throws MalformedURLException, ReflectiveOperationException {
    List<URL> urls = new ArrayList<>();
    for (String path : build.split(":", -1)) {
      urls.add(Path.of(path).toUri().toURL());
    }
    urls.add(StoreBuilds.class.getProtectionDomain().getCodeSource().getLocation());
    ClassLoader loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    return (LongToDoubleFunction)
        loader.loadClass(StoreTurns.class.getName()).getConstructor().newInstance();
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
