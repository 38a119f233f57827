// Calls of the agent's RPC. The session's id is what a page of another host could not say: it comes with the events.
let session = "";

/** The agent told its session's id. */
export function know(id) {
  session = id;
}

/** Calls a method; gives its result, or throws an error with the agent's own words. */
export async function call(method, params = {}) {
  const body = JSON.stringify({ jsonrpc: "2.0", method, params, id: 1 });
  for (let attempt = 0; attempt < 2; attempt++) {
    const answer = await post(body);
    if (answer.status === 409) {
      session = answer.headers.get("X-Transmission-Session-Id") ?? "";
      continue;
    }
    if (!answer.ok) throw new Error((await answer.text()).trim() || `HTTP status ${answer.status}`);
    const reply = await answer.json();
    if (reply.error) throw new Error(reply.error.data?.error_string ?? reply.error.message);
    return reply.result;
  }
  throw new Error("the agent does not accept this page; load it again");
}

async function post(body) {
  try {
    return await fetch("/transmission/rpc", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Transmission-Session-Id": session },
      body,
    });
  } catch {
    throw new Error("the agent does not answer");
  }
}
