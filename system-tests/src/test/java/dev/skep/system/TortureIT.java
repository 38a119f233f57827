package dev.skep.system;

import static java.lang.ProcessBuilder.Redirect.DISCARD;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files are changed, cut, moved, deleted, replaced and filled at random under a download and a
 * seed, and both are killed. Whatever happens, {@code done} is said only of the right bytes, a
 * failure says why, and no file that somebody else put there is lost.
 *
 * <p>Where we may mount, the download lies on a disk so small that it can be filled.
 *
 * <p>What is done is decided by a seed alone; {@code -Dskep.torture=SEED} runs that one again,
 * {@code FIRST-LAST} several.
 */
@SuppressWarnings("NullAway.Init") // each round sets what it needs before it begins
@Tag("ci")
class TortureIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final int MOST_ACTS = 6;
  private static final String DISK_SIZE = "16m"; // seven times the torrent

  /** Between the last look at a file and what is said of it nobody can notice a change. */
  private static final Duration TOO_LATE = Duration.ofSeconds(2);

  private static final Pattern READY = Pattern.compile("ready on (127\\.0\\.0\\.1:\\d+)");

  @TempDir private Path folder;
  private Path data;
  private List<Path> torrents;
  private Path torrent;
  private Path seeded;
  private Path copy;
  private Random random;
  private Random how; // files are called, laid out and described
  private StringBuilder story;
  private Running seeder;
  private Running leecher;
  private long lastActNanos;
  private boolean spoilt; // the seeder's data
  private Optional<Path> disk = Optional.empty(); // a small one, mounted

  /** What somebody else put beside or over our files: it must be somewhere in the end. */
  private final Map<Path, String> mine = new HashMap<>();

  @BeforeEach
  void torrentsOfBothVersions() throws Exception {
    data = Files.createDirectories(folder.resolve("data"));
    TestFolder.file(Files.createDirectories(data.resolve("sub")).resolve("large"), 1_500_000, 1);
    TestFolder.file(data.resolve("middle"), 600_000, 2);
    TestFolder.file(data.resolve("small"), 10_000, 3);
    Files.createFile(data.resolve("sub/empty"));
    torrents = List.of(made("v1"), made("hybrid", "--hybrid"), made("v2", "--v2"));
  }

  private Path made(String version, Object... option) throws Exception {
    Path made = folder.resolve(version + ".torrent");
    List<Object> words = new ArrayList<>(List.of("create", data, "-o", made));
    words.addAll(List.of("--piece-length", "32KiB"));
    words.addAll(List.of(option));
    Running.skep(folder, "create", words.toArray()).awaitDone(SOON);
    return made;
  }

  @AfterEach
  void everythingEnds() throws Exception {
    Stream.of(leecher, seeder).filter(each -> each != null).forEach(Running::close);
    unmount();
  }

  private void mount(Path at) throws Exception {
    Files.createDirectories(at);
    List<String> mount = List.of("mount", "-t", "tmpfs", "-o", "size=" + DISK_SIZE, "tmpfs");
    disk = isDone(Stream.concat(mount.stream(), Stream.of(at.toString())).toList(), at);
  }

  private static Optional<Path> isDone(List<String> command, Path at) throws Exception {
    Process program =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(DISCARD).start();
    return program.waitFor() == 0 ? Optional.of(at) : Optional.empty();
  }

  private void unmount() throws Exception {
    if (disk.isPresent()) {
      assertThat(isDone(List.of("umount", "-l", disk.get().toString()), disk.get())).isPresent();
      disk = Optional.empty();
    }
  }

  @Test
  void threeRounds() throws Exception {
    rounds(3);
  }

  @Test
  @Tag("full")
  void fiftyRounds() throws Exception {
    rounds(50);
  }

  private void rounds(int count) throws Exception {
    String[] only = System.getProperty("skep.torture", "1-" + count).split("-", 2);
    long first = Long.parseLong(only[0]);
    long last = Long.parseLong(only[only.length - 1]);
    int failures = 0;
    for (long seed = first; seed <= last; seed++) {
      failures += round(seed) ? 0 : 1;
      System.out.print(story);
    }
    System.out.printf("%d rounds, %d honest failures%n", last - first + 1, failures);
  }

  /** Whether no command failed. */
  private boolean round(long seed) throws Exception {
    random = new Random(seed);
    how = new Random(~seed);
    torrent = torrents.get(how.nextInt(torrents.size()));
    story = new StringBuilder("round " + seed + " of " + torrent.getFileName() + ":");
    mine.clear();
    Path here = Files.createDirectories(folder.resolve("round" + seed));
    seeded = here.resolve("seeded/data");
    Path copies = here.resolve("copies");
    copy = copies.resolve("data");
    mount(copies);
    restoreSeed();
    startSeeder();
    startLeecher();
    awaitBegin();
    int acts = random.nextInt(MOST_ACTS) + 1;
    for (int i = 0; i < acts; i++) {
      Thread.sleep(random.nextInt(500)); // at which moment it strikes is part of the torture
      act();
    }
    if (spoilt) {
      killBoth(); // what nobody has cannot be got
    }
    boolean good = end();
    if (!good) {
      clear();
      seeder.kill();
      restoreSeed();
      startSeeder();
      mine.clear(); // that is what is allowed now
      startLeecher("--overwrite");
      assertThat(end()).as("%s%s", story, leecher.said()).isTrue();
    }
    seeder.kill();
    leecher.kill();
    unmount();
    delete(here);
    story.append('\n');
    return good;
  }

  /** Waits for the end; returns whether it was a good one. */
  private boolean end() throws Exception {
    int status = leecher.awaitEnd(SOON);
    boolean late = System.nanoTime() - lastActNanos < TOO_LATE.toNanos();
    String said = leecher.said();
    assertThat(said).as(story.toString()).doesNotContain("Exception", "\tat ", "WARNING");
    assertThatMineIsThere();
    if (status == 0 && late) {
      story.append(" (again)");
      startLeecher();
      lastActNanos = System.nanoTime() - TOO_LATE.toNanos();
      return end();
    }
    if (status == 0) {
      assertThat(said).as(story.toString()).contains("\ndone ");
      assertThat(digests(copy)).as("%s%n%s", story, said).containsAllEntriesOf(digests(data));
      story.append(" done");
      return true;
    }
    String reason = said.lines().toList().getLast();
    assertThat(status).as("%s%n%s", story, said).isEqualTo(1);
    assertThat(reason).as(story.toString()).startsWith("skep: ").contains(" ");
    story.append(" failed: ").append(reason.substring(5).replace(folder.toString(), ""));
    return false;
  }

  /** Files are there to be hit. */
  private void awaitBegin() {
    await().atMost(SOON).until(() -> Files.exists(copy.resolve("sub/empty")));
  }

  private void startSeeder() throws Exception {
    List<Object> words = new ArrayList<>(List.of("seed", torrent, seeded));
    words.addAll(List.of("--bind", "127.0.0.1", "--port", 0, "--max-up", "1MiB/s"));
    seeder = Running.skep(folder, "seed", words.toArray()).awaitSaid("ready on", SOON);
  }

  private void startLeecher(Object... more) throws Exception {
    Matcher ready = READY.matcher(seeder.said());
    assertThat(ready.find()).isTrue();
    List<Object> words = new ArrayList<>(List.of("get", torrent, "-d", copy.getParent()));
    words.addAll(List.of("--bind", "127.0.0.2", "--port", 0, "--give-up", "5s"));
    words.addAll(List.of("--peer", ready.group(1)));
    for (String option : List.of("--part-names", "--preallocate")) {
      if (how.nextInt(3) == 0) {
        story.append(' ').append(option);
        words.add(option);
      }
    }
    words.addAll(List.of(more));
    leecher = Running.skep(folder, "get", words.toArray()).awaitSaid("ready on", SOON);
  }

  /** One blow. A file that is not there cannot be hit. */
  private void act() throws Exception {
    List<String> names = List.of("sub/large", "middle", "small", "sub/empty");
    Path file = asItIsCalled(copy.resolve(names.get(random.nextInt(names.size()))));
    int kind = random.nextInt(17);
    try {
      switch (kind) {
        case 0, 1, 2 -> overwrite(file);
        case 3 -> cut(file);
        case 4 -> append(file);
        case 5 -> deleteFile(file);
        case 6 -> replace(file);
        case 7 -> moveAway(file);
        case 8 -> putFolder(file);
        case 9 -> putLink(file);
        case 10 -> deleteAll();
        case 11 -> touch(file);
        case 12 -> killLeecher();
        case 13 -> killBoth();
        case 14, 15 -> fillDisk();
        default -> overwriteSeed();
      }
    } catch (IOException e) {
      story.append(" missed");
    }
    lastActNanos = System.nanoTime();
  }

  private static Path asItIsCalled(Path file) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    return Files.exists(part, NOFOLLOW_LINKS) ? part : file;
  }

  private void tell(String what, Path file) {
    story.append(' ').append(what).append(' ').append(file.getFileName()).append(',');
  }

  private void overwrite(Path file) throws IOException {
    tell("overwrite", file);
    scribble(file);
  }

  private void scribble(Path file) throws IOException {
    if (!Files.isRegularFile(file, NOFOLLOW_LINKS)) {
      return;
    }
    try (var open = new RandomAccessFile(file.toFile(), "rw")) {
      mine.remove(file);
      long at = (long) (random.nextDouble() * open.length());
      byte[] bytes = new byte[random.nextInt(200_000) + 1];
      random.nextBytes(bytes);
      open.seek(at);
      open.write(bytes, 0, (int) Math.min(bytes.length, open.length() - at));
    }
  }

  private void cut(Path file) throws IOException {
    tell("cut", file);
    if (Files.isRegularFile(file, NOFOLLOW_LINKS)) {
      try (var open = new RandomAccessFile(file.toFile(), "rw")) {
        mine.remove(file);
        open.setLength((long) (random.nextDouble() * open.length()));
      }
    }
  }

  private void append(Path file) throws IOException {
    tell("append to", file);
    if (Files.isRegularFile(file, NOFOLLOW_LINKS)) {
      mine.remove(file);
      Files.write(file, new byte[1000], StandardOpenOption.APPEND);
    }
  }

  private void deleteFile(Path file) throws IOException {
    tell("delete", file);
    mine.remove(file);
    if (!Files.isDirectory(file, NOFOLLOW_LINKS)) {
      Files.deleteIfExists(file);
    }
  }

  private void replace(Path file) throws IOException {
    tell("replace", file);
    String text = "mine " + random.nextLong();
    Path other = Files.writeString(Files.createTempFile(folder, "mine", ""), text);
    if (!Files.isDirectory(file, NOFOLLOW_LINKS)) {
      Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
      mine.put(file, text);
    }
  }

  private void moveAway(Path file) throws IOException {
    tell("move away", file);
    String text = mine.remove(file);
    Path there = file.resolveSibling(file.getFileName() + "." + random.nextInt(1000));
    Files.move(file, there);
    if (text != null) {
      mine.put(there, text);
    }
  }

  private void putFolder(Path file) throws IOException {
    tell("folder for", file);
    mine.remove(file);
    Files.deleteIfExists(file);
    Files.createDirectory(file);
  }

  private void putLink(Path file) throws IOException {
    tell("link for", file);
    mine.remove(file);
    Files.deleteIfExists(file);
    Files.createSymbolicLink(file, torrent);
  }

  private void deleteAll() throws IOException {
    tell("delete all of", copy);
    mine.clear();
    delete(copy);
  }

  /** For a while, or for good. */
  private void fillDisk() throws Exception {
    story.append(" fill the disk,");
    int millis = random.nextInt(3000);
    boolean forGood = random.nextInt(4) == 0;
    if (disk.isEmpty()) {
      return;
    }
    Path filler = disk.get().resolve("filler");
    try (OutputStream out = Files.newOutputStream(filler)) {
      byte[] zeros = new byte[64 * 1024];
      while (true) {
        out.write(zeros);
      }
    } catch (IOException e) {
      Thread.sleep(millis);
    }
    if (!forGood) {
      story.append(" for ").append(millis).append(" ms,");
      Files.delete(filler);
    }
  }

  private void touch(Path file) throws IOException {
    tell("touch", file);
    Files.setLastModifiedTime(
        file, java.nio.file.attribute.FileTime.fromMillis(random.nextInt(1_000_000_000)));
  }

  private void killLeecher() throws Exception {
    story.append(" kill the leecher,");
    leecher.kill();
    startLeecher();
  }

  private void killBoth() throws Exception {
    story.append(" kill both,");
    seeder.kill();
    leecher.kill();
    restoreSeed();
    startSeeder();
    startLeecher();
  }

  private void overwriteSeed() throws IOException {
    story.append(" overwrite at the seeder,");
    spoilt = true;
    scribble(seeded.resolve("sub/large"));
  }

  private void restoreSeed() throws IOException {
    spoilt = false;
    delete(seeded);
    try (Stream<Path> all = Files.walk(data)) {
      for (Path each : all.toList()) {
        Path there = seeded.resolve(data.relativize(each));
        Files.createDirectories(there.getParent());
        Files.copy(each, there);
      }
    }
  }

  /** Takes away what no option allows to overwrite. */
  private void clear() throws IOException {
    if (disk.isPresent()) {
      Files.deleteIfExists(disk.get().resolve("filler"));
    }
    if (Files.exists(copy)) {
      try (Stream<Path> all = Files.walk(copy)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Path original = data.resolve(copy.relativize(each));
          if (Files.isSymbolicLink(each)
              || (Files.isDirectory(each) && !Files.isDirectory(original))) {
            Files.delete(each);
          }
        }
      }
    }
  }

  private void assertThatMineIsThere() throws IOException {
    List<String> texts = new ArrayList<>();
    if (Files.exists(copy)) {
      try (Stream<Path> all = Files.walk(copy)) {
        for (Path each : all.filter(f -> Files.isRegularFile(f, NOFOLLOW_LINKS)).toList()) {
          if (Files.size(each) < 100) {
            texts.add(Files.readString(each, StandardCharsets.ISO_8859_1));
          }
        }
      }
    }
    assertThat(texts).as("%s%n%s", story, leecher.said()).containsAll(mine.values());
  }

  private static Map<String, String> digests(Path root) throws IOException {
    return TestFolder.digests(root);
  }

  private static void delete(Path root) throws IOException {
    if (!Files.exists(root, NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(root)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(each);
      }
    }
  }
}
