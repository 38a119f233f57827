package dev.skep.tracker.admin;

import dev.skep.protocol.address.IpAddress;
import dev.skep.protocol.tracker.HostIdentity;
import dev.skep.protocol.tracker.TrackerProtocolException;
import dev.skep.tracker.access.Readers;
import dev.skep.tracker.access.Readers.Answer;
import dev.skep.tracker.admin.views.Sight;
import dev.skep.tracker.announce.Proxies;
import dev.skep.tracker.catalogue.Catalogue;
import dev.skep.tracker.catalogue.CatalogueCursor;
import dev.skep.tracker.rollout.Reporting;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/**
 * Where thousands of agents ask again and again whether the catalogue has changed, and all at once
 * for what is new. That nothing changed, and lists and .torrent files that somebody was answered
 * before, cost little more than an announce: they are answered here, outside of JAX-RS, and wait
 * for no turn. All else goes on to the resources, which leave here what they answer.
 */
public final class CatalogueFront implements Filter {
  static final String CACHING = "private, no-cache";
  static final String VARYING = "Authorization";

  private static final String LIST = "/api/v1/catalogue";
  private static final String FILES = "/torrents/";
  private static final String PASSKEY = "passkey=";
  private static final int LONGEST_WANTED = 300;

  /** What agents send. In it nothing is encoded, so that it cannot be understood in two ways. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~=&,-]*");

  private static final Header TO_BE_ASKED_FOR =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, CACHING);
  private static final Header VARIES = HeaderValues.createCached(HeaderNames.VARY, VARYING);
  private static final Header VARIES_COMPRESSED =
      HeaderValues.createCached(HeaderNames.VARY, VARYING + ", Accept-Encoding");
  private static final List<String> GZIP_ALONE = List.of("gzip");
  private static final Header GZIP =
      HeaderValues.createCached(HeaderNames.CONTENT_ENCODING, "gzip");

  private final Catalogue catalogue;
  private final Readers readers;
  private final Proxies proxies;
  private final Reporting reporting;
  private final SharedAnswers answers = new SharedAnswers();
  private final LongAdder unchanged = new LongAdder();
  private final LongAdder shared = new LongAdder();

  public CatalogueFront(
      Catalogue catalogue, Readers readers, Proxies proxies, Reporting reporting) {
    this.catalogue = catalogue;
    this.readers = readers;
    this.proxies = proxies;
    this.reporting = reporting;
  }

  /**
   * What is asked for here, and what may be answered.
   *
   * @param wanted path and query, without who asks
   * @param asker who asks
   * @param answer whether it may; judged once, since each is counted
   */
  record Question(String wanted, Readers.Asker asker, Answer answer) {
    /** What this thread is asked, if it comes by here. */
    static final ScopedValue<Question> CURRENT = ScopedValue.newInstance();

    private boolean isForList() {
      return wanted.startsWith(LIST);
    }

    private Optional<Sight> sight() {
      return switch (answer) {
        case Answer.Holder _ -> Optional.of(Sight.EVERYTHING);
        case Answer.Reader reader -> Optional.of(AskerFilter.sight(reader));
        case Answer.Refused _, Answer.TooOften _ -> Optional.empty();
      };
    }
  }

  /** How many were told that nothing changed. */
  public LongAdder unchanged() {
    return unchanged;
  }

  /** How many were answered as somebody before. */
  public LongAdder shared() {
    return shared;
  }

  /** Keeps what the question of this thread is answered, for all who ask the same. */
  void keep(EntityTags tag, SharedAnswer answer) {
    if (Question.CURRENT.isBound()) {
      answers.keep(new SharedAnswers.Key(Question.CURRENT.get().wanted(), tag), answer);
    }
  }

  /** The tag of what can be read of a state of the catalogue. */
  static EntityTags tag(CatalogueCursor state, Sight sight) {
    return new EntityTags(sight.all() ? state.toString() : state + "-" + sight.mark());
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    Optional<Question> question = question(request);
    if (question.isEmpty()) {
      chain.proceed();
    } else if (!isAnswered(question.get(), request, response)) {
      ScopedValue.where(Question.CURRENT, question.get()).run(chain::proceed);
    }
  }

  /** Behind the turns: while one waited, somebody who asks the same may have had his turn. */
  public void filterAgain(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    if (!Question.CURRENT.isBound() || !isAnswered(Question.CURRENT.get(), request, response)) {
      chain.proceed();
    }
  }

  private Optional<Question> question(RoutingRequest request) {
    String path = request.path().rawPath();
    String query = request.query().rawValue();
    if (!(path.equals(LIST) || path.startsWith(FILES))
        || !request.prologue().method().equals(Method.GET)
        || request.headers().contains(HeaderNames.COOKIE) // who comes by a session is known there
        || !PLAIN.matcher(query).matches()) {
      return Optional.empty();
    }
    String passkey = "";
    var wanted = new StringBuilder(path).append('?');
    for (String part : query.split("&", -1)) {
      if (part.startsWith(PASSKEY)) {
        passkey = passkey.isEmpty() ? part.substring(PASSKEY.length()) : passkey;
      } else if (!HostIdentity.isParameter(part)) {
        wanted.append(part).append('&');
      }
    }
    if (wanted.length() > LONGEST_WANTED) {
      return Optional.empty();
    }
    try {
      Readers.Asker asker = AskerFilter.asker(request, passkey, proxies);
      return Optional.of(new Question(wanted.toString(), asker, readers.judge(asker)));
    } catch (Proxies.NonsenseException _) {
      return Optional.empty(); // it is told why, as everywhere
    }
  }

  private boolean isAnswered(Question question, RoutingRequest request, RoutingResponse response) {
    Optional<Sight> sight = question.sight();
    List<String> codings = request.headers().all(HeaderNames.ACCEPT_ENCODING, List::of);
    if (sight.isEmpty()) {
      return false;
    }
    EntityTags tag = tag(catalogue.cursor(), sight.get());
    Optional<String> same =
        question.isForList()
            ? tag.matching(request.headers().value(HeaderNames.IF_NONE_MATCH).orElse(null))
            : Optional.empty();
    Optional<SharedAnswer> answer =
        same.isEmpty() && (codings.isEmpty() || codings.equals(GZIP_ALONE))
            ? answers.find(new SharedAnswers.Key(question.wanted(), tag))
            : Optional.empty();
    if (same.isEmpty() && answer.isEmpty()) {
      return false;
    }
    if (question.isForList()) {
      presence(
              request.query().rawValue(),
              question.asker().from(),
              () -> readers.vouchesFor(question.asker(), question.answer()))
          .run();
    }
    same.ifPresent(known -> sendUnchanged(known, response));
    answer.ifPresent(one -> send(one, tag, !codings.isEmpty(), response));
    return true;
  }

  private void sendUnchanged(String known, RoutingResponse response) {
    unchanged.increment();
    about(response, known, VARIES).status(Status.NOT_MODIFIED_304).send();
  }

  private void send(
      SharedAnswer answer, EntityTags tag, boolean isCompressed, RoutingResponse response) {
    shared.increment();
    answer.headers().forEach(response::header);
    if (!answer.isText()) {
      response.send(answer.body());
    } else if (isCompressed) {
      about(response, tag.compressed(), VARIES_COMPRESSED).header(GZIP);
      response.send(answer.compressed());
    } else {
      about(response, tag.text(), VARIES).send(answer.body());
    }
  }

  /** Whoever keeps it is to ask whether it still holds. */
  private static RoutingResponse about(RoutingResponse response, String tag, Header varies) {
    response
        .header(HeaderValues.create(HeaderNames.ETAG, tag))
        .header(TO_BE_ASKED_FOR)
        .header(varies);
    return response;
  }

  /**
   * What notes, each time, that an agent follows, if the query says which.
   *
   * @param vouched whether it brought a passkey or a token
   */
  Runnable presence(String rawQuery, IpAddress from, BooleanSupplier vouched) {
    try {
      Optional<HostIdentity> who = HostIdentity.in(rawQuery);
      return () -> who.ifPresent(host -> reporting.present(host, from, vouched.getAsBoolean()));
    } catch (TrackerProtocolException _) {
      reporting.countWrong();
      return () -> {};
    }
  }
}
