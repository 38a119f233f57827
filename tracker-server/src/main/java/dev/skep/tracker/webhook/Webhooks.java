package dev.skep.tracker.webhook;

import dev.skep.tracker.rollout.Moment;
import dev.skep.tracker.rollout.Occurrence;
import dev.skep.tracker.rollout.Rollout;
import dev.skep.tracker.rollout.Rollouts;
import dev.skep.tracker.system.InWords;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls the webhooks of rollouts: of each, one occurrence after the other, again and again until it
 * is taken or a day old. What is told is kept with the rollout, so that a restart forgets nothing
 * and tells twice at most what was under way.
 */
public final class Webhooks implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Webhooks.class.getName());
  private static final Duration LONGEST_CALL = Duration.ofSeconds(10);
  private static final Duration GIVEN_UP_AFTER = Duration.ofDays(1);
  private static final int MOST_AT_A_TIME = 16;

  private final Rollouts rollouts;
  private final WebhookRules rules;
  private final Words words;
  private final Supplier<Moment> clock;
  private final WebhookTallies tallies = new WebhookTallies();
  private final Semaphore room = new Semaphore(MOST_AT_A_TIME);
  private final Retries<Target> attempts = new Retries<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /** Made when it is needed first: most trackers call nobody. */
  private @Nullable HttpClient client;

  /** Says what happened, as JSON. */
  @FunctionalInterface
  public interface Words {
    byte[] of(Rollout rollout, Occurrence what, String delivery);
  }

  /** One webhook of one rollout. */
  private record Target(String rollout, int webhook) {}

  public Webhooks(Rollouts rollouts, WebhookRules rules, Words words, Supplier<Moment> clock) {
    this.rollouts = rollouts;
    this.rules = rules;
    this.words = words;
    this.clock = clock;
  }

  /** Begins the calls that are due; to be called about once a second, by one thread. */
  public void round() {
    Moment now = clock.get();
    var wanted = new HashSet<Target>();
    for (Rollout rollout : rollouts.newestFirst()) {
      List<Occurrence> happened = rollout.occurrences();
      List<Integer> told = rollout.told();
      for (int webhook = 0; webhook < told.size(); webhook++) {
        if (told.get(webhook) < happened.size()) {
          wanted.add(new Target(rollout.id(), webhook));
          tell(rollout, webhook, happened.get(told.get(webhook)), now);
        }
      }
    }
    synchronized (attempts) {
      attempts.retain(wanted);
    }
  }

  private void tell(Rollout rollout, int webhook, Occurrence what, Moment now) {
    URI url = rollout.plan().webhooks().get(webhook);
    if (!rules.allows(url) || what.at().plus(GIVEN_UP_AFTER).isBefore(now.time())) {
      tallies.givenUp().increment();
      LOG.log(
          Level.WARNING,
          "the webhook "
              + WebhookRules.shown(url)
              + " is not told of "
              + name(rollout, what)
              + ": it took nothing for a day, or is not allowed any more");
      rollouts.told(rollout, webhook, what.number());
      return;
    }
    var target = new Target(rollout.id(), webhook);
    synchronized (attempts) {
      if (!room.tryAcquire()) {
        return;
      }
      if (!attempts.begin(target, now.nanos())) {
        room.release();
        return;
      }
    }
    threads.execute(() -> call(rollout, target, url, what));
  }

  private void call(Rollout rollout, Target target, URI url, Occurrence what) {
    try {
      int status = send(url, rollout, what);
      if (status / 100 == 2) {
        tallies.delivered().increment();
        rollouts.told(rollout, target.webhook(), what.number());
        synchronized (attempts) {
          attempts.succeeded(target);
        }
      } else {
        failed(rollout, target, url, what, "status " + status);
      }
    } catch (IOException e) {
      failed(rollout, target, url, what, why(e));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the tracker stops; it is told after the next start
    } finally {
      room.release();
    }
  }

  /** In words that say what to look at. */
  static String why(IOException e) {
    return switch (e) {
      case HttpTimeoutException _ -> "no answer within " + LONGEST_CALL.toSeconds() + " s";
      case ConnectException _ -> "no connection to that host and port";
      default -> InWords.of(e);
    };
  }

  private int send(URI url, Rollout rollout, Occurrence what)
      throws IOException, InterruptedException {
    String delivery = rollout.id() + "-" + what.number();
    byte[] body = words.of(rollout, what, delivery);
    long seconds = clock.get().time().getEpochSecond();
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(LONGEST_CALL)
            .header("Content-Type", "application/json")
            .header("User-Agent", "Skep")
            .header("Skep-Event", what.kind().word())
            .header("Skep-Delivery", delivery)
            .header("Skep-Timestamp", Long.toString(seconds))
            .header("Skep-Signature", rules.sign(seconds, body))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    var answer = client().send(request, HttpResponse.BodyHandlers.ofInputStream());
    answer.body().close(); // it may have no end
    return answer.statusCode();
  }

  private synchronized HttpClient client() {
    HttpClient made = client;
    if (made == null) {
      made =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .connectTimeout(LONGEST_CALL)
              .followRedirects(HttpClient.Redirect.NEVER)
              .proxy(HttpClient.Builder.NO_PROXY)
              .executor(threads)
              .build();
      client = made;
    }
    return made;
  }

  private void failed(Rollout rollout, Target target, URI url, Occurrence what, String why) {
    Duration pause;
    synchronized (attempts) {
      pause = attempts.failed(target, clock.get().nanos());
    }
    tallies.failed().increment();
    LOG.log(
        Level.WARNING,
        "the webhook "
            + WebhookRules.shown(url)
            + " did not take "
            + name(rollout, what)
            + " ("
            + why
            + "); again in "
            + pause.toSeconds()
            + " s");
  }

  private static String name(Rollout rollout, Occurrence what) {
    return what.kind().word() + " of rollout " + rollout.id();
  }

  /** What became of calls. */
  public WebhookTallies tallies() {
    return tallies;
  }

  @Override
  public synchronized void close() {
    threads.shutdownNow();
    if (client != null) {
      client.shutdownNow();
    }
  }
}
