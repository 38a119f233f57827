// What came of something, for eyes and for screen readers.
import { html } from "lit-html";
import { printable } from "skep/words.js";

const LASTS_MILLIS = 6000;
const BAD_LASTS_MILLIS = 15000;

export class Notes {
  #draw;
  #said;
  #timer;

  /** @param draw draws the page anew */
  constructor(draw) {
    this.#draw = draw;
  }

  /** Says something for a while. */
  say = (text, bad = false) => {
    this.#said = { text, bad };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => { this.#said = undefined; this.#draw(); }, bad ? BAD_LASTS_MILLIS : LASTS_MILLIS);
    this.#draw();
  };

  /** Does something that may fail; whether it did not. */
  attempt = async (done, work) => {
    try {
      await work();
      if (done) this.say(done);
      return true;
    } catch (e) {
      this.say(e.message, true);
      return false;
    }
  };

  /** @param lost what is said while nobody answers */
  template(connected, lost) {
    const said = this.#said;
    return html`<div class="notes">
      <p class="warning" role="alert" ?hidden=${connected}>${lost}</p>
      <p role="status" class=${said ? (said.bad ? "warning bad" : "warning") : ""}>${said ? printable(said.text) : ""}</p>
    </div>`;
  }
}
