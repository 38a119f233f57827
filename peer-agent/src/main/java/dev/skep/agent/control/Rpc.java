package dev.skep.agent.control;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.skep.agent.control.RpcException.Kind;
import dev.skep.agent.observe.CallFigures;
import jakarta.json.JsonArray;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.stream.JsonGenerator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;

/**
 * Transmission's RPC: takes the bytes of a request in either dialect and gives those of the answer.
 * Knows nothing of HTTP.
 */
public final class Rpc {
  private static final Logger LOG = System.getLogger(Rpc.class.getName());
  private static final int MOST_CALLS = 1_000;

  /** One method. */
  interface Method {
    Answer call(Params params) throws RpcException, IOException;
  }

  private final Map<String, Method> methods;
  private final CallFigures figures;

  /**
   * @param methods by the root of their names
   * @param figures counts calls
   */
  Rpc(Map<String, Method> methods, CallFigures figures) {
    this.methods = Map.copyOf(methods);
    this.figures = figures;
  }

  /**
   * Answers a request.
   *
   * @return empty where nothing is to be said: to notifications
   */
  public Optional<byte[]> answer(byte[] request) {
    JsonValue asked;
    try (JsonReader reader = JsonText.reader(new ByteArrayInputStream(request))) {
      asked = reader.readValue();
    } catch (JsonException | IllegalStateException e) {
      return Optional.of(unreadable(request));
    } catch (RuntimeException e) { // how the reader says that its limits are exceeded
      LOG.log(Level.DEBUG, "a request that cannot be read", e);
      return Optional.of(unreadable(request));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    JsonGenerator out = JsonText.writer(bytes);
    boolean anything =
        switch (asked) {
          case JsonArray batch -> answerBatch(batch, out, bytes);
          case JsonObject call when call.containsKey("jsonrpc") -> answerJsonRpc(call, out, bytes);
          case JsonObject call -> answerLegacy(call, out, bytes);
          default -> {
            writeError(out, JsonValue.NULL, new RpcException(Kind.INVALID_REQUEST));
            yield true;
          }
        };
    if (!anything) {
      return Optional.empty();
    }
    out.close();
    return Optional.of(bytes.toByteArray());
  }

  private static byte[] unreadable(byte[] request) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    boolean legacy = !new String(request, ISO_8859_1).contains("jsonrpc");
    try (JsonGenerator out = JsonText.writer(bytes)) {
      if (legacy) {
        out.writeStartObject();
        out.writeStartObject("arguments").writeEnd();
        out.write("result", "no method name").writeEnd();
      } else {
        writeError(out, JsonValue.NULL, new RpcException(Kind.PARSE_ERROR));
      }
    }
    return bytes.toByteArray();
  }

  // ---- Legacy ----

  private boolean answerLegacy(JsonObject call, JsonGenerator out, ByteArrayOutputStream under) {
    out.writeStartObject();
    String result = "success";
    Answer answer = Answer.NOTHING;
    try {
      if (!(call.get("method") instanceof JsonString name)) {
        throw new RpcException(Kind.INVALID_REQUEST, "no method name");
      }
      JsonValue arguments = call.get("arguments");
      answer =
          call(
              name.getString(),
              arguments instanceof JsonObject object ? object : JsonValue.EMPTY_JSON_OBJECT);
    } catch (RpcException e) {
      result = e.kind() == Kind.METHOD_NOT_FOUND ? "method name not recognized" : e.words();
    }
    out.writeStartObject("arguments");
    answer.write(out, under, Dialect.LEGACY);
    out.writeEnd();
    out.write("result", result);
    if (call.get("tag") instanceof JsonNumber tag) {
      out.write("tag", tag);
    }
    out.writeEnd();
    return true;
  }

  // ---- JSON-RPC 2.0 ----

  private boolean answerBatch(JsonArray batch, JsonGenerator out, ByteArrayOutputStream under) {
    if (batch.isEmpty() || batch.size() > MOST_CALLS) {
      writeError(out, JsonValue.NULL, new RpcException(Kind.INVALID_REQUEST));
      return true;
    }
    out.writeStartArray();
    boolean anything = false;
    for (JsonValue each : batch) {
      if (each instanceof JsonObject call && call.containsKey("jsonrpc")) {
        anything |= answerJsonRpc(call, out, under);
      } else {
        writeError(out, JsonValue.NULL, new RpcException(Kind.INVALID_REQUEST));
        anything = true;
      }
    }
    out.writeEnd();
    return anything;
  }

  private boolean answerJsonRpc(JsonObject call, JsonGenerator out, ByteArrayOutputStream under) {
    JsonValue id = call.getOrDefault("id", JsonValue.NULL);
    boolean notification = !call.containsKey("id");
    try {
      Answer answer = answer(call);
      if (!notification) {
        out.writeStartObject().write("jsonrpc", "2.0");
        out.writeStartObject("result");
        answer.write(out, under, Dialect.JSON_RPC);
        out.writeEnd().write("id", id).writeEnd();
      }
      return !notification;
    } catch (RpcException e) {
      boolean told = !notification || e.kind() == Kind.INVALID_REQUEST;
      if (told) {
        writeError(out, id, e);
      }
      return told;
    }
  }

  private Answer answer(JsonObject call) throws RpcException {
    boolean oddId =
        call.containsKey("id")
            && switch (call.get("id").getValueType()) {
              case STRING, NUMBER, NULL -> false;
              default -> true;
            };
    if (oddId
        || !(call.get("jsonrpc") instanceof JsonString version && version.getString().equals("2.0"))
        || !(call.get("method") instanceof JsonString name)) {
      throw new RpcException(Kind.INVALID_REQUEST);
    }
    JsonValue params = call.getOrDefault("params", JsonValue.EMPTY_JSON_OBJECT);
    if (!(params instanceof JsonObject named)) {
      throw new RpcException(Kind.INVALID_PARAMS, "params are to be an object");
    }
    return call(name.getString(), named);
  }

  private static void writeError(JsonGenerator out, JsonValue id, RpcException e) {
    out.writeStartObject().write("jsonrpc", "2.0");
    out.writeStartObject("error");
    out.write("code", e.kind().code()).write("message", e.kind().words());
    if (e.detail().isPresent()) {
      out.writeStartObject("data").write("error_string", e.detail().get()).writeEnd();
    }
    out.writeEnd().write("id", id).writeEnd();
  }

  // ---- Both ----

  private Answer call(String name, JsonObject arguments) throws RpcException {
    String root = Dialect.root(name);
    Method method = methods.get(root);
    if (method == null) {
      throw new RpcException(Kind.METHOD_NOT_FOUND);
    }
    long began = System.nanoTime();
    boolean failed = true;
    try {
      Answer answer = method.call(new Params(arguments));
      failed = false;
      return answer;
    } catch (IOException e) {
      throw new RpcException(Kind.SYSTEM_ERROR, Reasons.of(e));
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a fault in skep: " + name + " failed", e);
      throw new RpcException(Kind.INTERNAL_ERROR, "a fault in skep: " + e);
    } finally {
      figures.answered(root, failed, System.nanoTime() - began);
    }
  }
}
