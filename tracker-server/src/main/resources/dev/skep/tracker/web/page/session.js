// Who looks at the page: an administrator who has logged in, or anybody.
import { ask } from "./api.js";

let csrf = "";
let administrator = false;

export const isAdministrator = () => administrator;

function know(session) {
  administrator = session.administrator;
  csrf = session.csrf;
}

/** Asks the tracker. */
export async function look() {
  know(await (await ask("/page/session")).json());
}

/** The token goes once, and a cookie that no script reads comes back. */
export async function logIn(token) {
  know(await (await ask("/page/session", { method: "POST", headers: { Authorization: `Bearer ${token}` } })).json());
}

export async function logOut() {
  await change("DELETE", "/page/session");
  know({ administrator: false, csrf: "" });
}

/** Changes something; what is asked of the tracker so says that a page of its own asks. */
export async function change(method, path, body) {
  const headers = { "X-Skep-Csrf": csrf };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  try {
    return await ask(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (e) {
    if (e.status === 401 || e.status === 403) {
      await look().catch(() => know({ administrator: false, csrf: "" }));
      if (!administrator) throw new Error("the session is over; log in again");
    }
    throw e;
  }
}
