// What is asked of the tracker's API: with the passkey, if the page was asked for with one.
const passkey = new URLSearchParams(location.search).get("passkey");

// A proxy may show the tracker under a path of its own: the one that this file was fetched from.
const prefix = new URL("..", import.meta.url).pathname.slice(0, -1);

/** Where something is that has no need of a passkey. */
export const place = (path) => prefix + path;

export const address = (path) =>
  place(passkey ? `${path}${path.includes("?") ? "&" : "?"}passkey=${encodeURIComponent(passkey)}` : path);

/** Asks for something; throws an error in the tracker's own words. */
export async function ask(path, how = {}) {
  let answer;
  try {
    answer = await fetch(address(path), how);
  } catch {
    throw new Error("the tracker does not answer");
  }
  if (!answer.ok) throw Object.assign(new Error(await reason(answer)), { status: answer.status });
  return answer;
}

async function reason(answer) {
  const text = await answer.text();
  try {
    return JSON.parse(text).detail ?? `HTTP status ${answer.status}`;
  } catch {
    return `HTTP status ${answer.status}`;
  }
}

/** Torrents that are published under a name, the one that is meant by it first. */
export async function alike(name) {
  const words = new URLSearchParams({ name, exact: true, sort: "newest", limit: 20 });
  return (await (await ask(`/api/v1/torrents?${words}`)).json()).torrents;
}

/** A list of the API, read a page at a time. */
export class Listed {
  rows = [];
  next;
  loading = false;
  #path;
  #member;

  /** @param next where to go on, if the first page is known already */
  constructor(path, member, next) {
    this.#path = path;
    this.#member = member;
    this.next = next;
  }

  /** One page more. */
  async more() {
    this.loading = true;
    try {
      const after = this.next ? `&after=${encodeURIComponent(this.next)}` : "";
      const page = await (await ask(this.#path + after)).json();
      this.rows = [...this.rows, ...page[this.#member]];
      this.next = page.next;
    } finally {
      this.loading = false;
    }
  }
}
