// Which pieces are here, as a map.
import { drawMap } from "skep/map.js";

/** @param base64 a bitfield */
export function drawPieces(canvas, base64, count) {
  if (base64 === undefined) return;
  let bits;
  drawMap(canvas, base64, count, (from, until) => {
    bits ??= Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    let here = 0;
    for (let piece = from; piece < until; piece++) here += (bits[piece >> 3] >> (7 - (piece & 7))) & 1;
    return [here / (until - from)];
  });
}
