// What of a torrent its peers have together, in words and as a map.
import { html, nothing } from "lit-html";
import { drawMap } from "skep/map.js";
import { count } from "skep/words.js";
import { number } from "./parts.js";

/** Rounded down: what is not there is never said to be. */
const copies = (value) => (Math.floor(value * 100 + 1e-9) / 100).toLocaleString("en");

function inWords({ complete, told, others, copies: there }) {
  const some = (amount, one, more) => (amount ? [`${number(amount)} ${amount === 1 ? one : more}`] : []);
  const who = [
    ...some(complete, "peer has all", "peers have all"),
    ...some(told, "says which pieces it has", "say which pieces they have"),
    ...some(others, "is counted by what it says is left", "are counted by what they say is left"),
  ];
  const copy = there === 1 ? "1 copy" : `${copies(there)} copies`;
  return `${copy} in the swarm${who.length ? `: ${who.join(", ")}` : ""}.`;
}

function rarest({ pieces, stretchPieces, least }) {
  const lowest = Math.min(...least);
  const where = least.filter((amount) => amount === lowest).length;
  const missing = stretchPieces > 1
    ? `in ${number(where)} of ${number(least.length)} stretches of ${number(stretchPieces)} is one that`
    : `${number(where)} of them`;
  if (lowest > 0) return `${count(pieces, "piece")}; each is there ${lowest === 1 ? "once" : `${number(lowest)} times`} at least.`;
  return `${count(pieces, "piece")}; ${missing} none of these peers has.`;
}

export function piecesTemplate(all) {
  if (!all) return nothing;
  return html`<section class="card padded stack" aria-labelledby="h-pieces">
    <h2 id="h-pieces">Pieces</h2>
    ${all.least?.length ? html`<canvas id="map" role="img" aria-label=${rarest(all)}></canvas><p class="quiet small">${rarest(all)}</p>` : nothing}
    <p id="copies">${inWords(all)}</p>
  </section>`;
}

/** The more peers have a piece, the stronger; what nobody has is seen at once. */
export function drawPieces(canvas, all) {
  if (!all?.least?.length) return;
  const most = Math.max(1, ...all.least);
  drawMap(canvas, all.least.join(), all.least.length, (from, until) => {
    const least = Math.min(...all.least.slice(from, until));
    return least ? [least / most] : [1, "--bad"];
  });
}
