// What a stranger sees of a tracker that is not for everybody.
import { html } from "lit-html";

export class Closed {
  follow() {}
  close() {}
  update() {}
  title() {
    return "";
  }
  template() {
    return html`<main class="stack"><h1 tabindex="-1">Not for everybody</h1>
      <p class="empty">This tracker shows nothing to strangers. With a passkey, open it as <code>/?passkey=PASSKEY</code>; administrators log in above.</p></main>`;
  }
}
