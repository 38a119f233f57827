// The icons of all pages, as templates. They stand beside words, so they say nothing to screen readers.
import { html, svg } from "lit-html";

const icon = (path) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${path}</svg>`;

export const skep = icon(svg`<path d="M12 2c3 0 5 1 5.6 3H6.4C7 3 9 2 12 2zM5.3 7h13.4l.9 3H4.4zM3.8 12h16.4l.7 3H3.1zM2.7 17h7.3v5H2.2zM14 17h7.3l.5 5H14z"/>`);
export const add = icon(svg`<path d="M11 4h2v7h7v2h-7v7h-2v-7H4v-2h7z"/>`);
export const back = icon(svg`<path d="M14.7 5.3 8 12l6.7 6.7 1.4-1.4L10.8 12l5.3-5.3z"/>`);
export const copy = icon(svg`<path d="M8 3h12v14h-4v4H4V7h4zm2 2v2h6v8h2V5zm-4 4v10h8V9z"/>`);
export const down = icon(svg`<path d="M11 4h2v11.2l4.6-4.6L19 12l-7 7-7-7 1.4-1.4 4.6 4.6z"/>`);
export const folder = icon(svg`<path d="M3 5h7l2 2h9v12H3zm2 4v8h14V9z"/>`);
export const gauge = icon(svg`<path d="M12 5a9 9 0 0 1 9 9c0 1.8-.5 3.5-1.4 5H4.4A9 9 0 0 1 12 5zm0 2a7 7 0 0 0-6.4 10h12.8A7 7 0 0 0 12 7zm3.9 3.1L13.4 14a1.6 1.6 0 1 1-1.5-1.5z"/>`);
export const magnet = icon(svg`<path d="M4 3h5v9a3 3 0 0 0 6 0V3h5v9a8 8 0 0 1-16 0zm2 2v2h1V5zm11 0v2h1V5z"/>`);
export const pause = icon(svg`<path d="M6 5h4v14H6zm8 0h4v14h-4z"/>`);
export const play = icon(svg`<path d="M7 4.5v15l12-7.5z"/>`);
export const remove = icon(svg`<path d="M9 3h6l1 2h4v2H4V5h4zM6 9h12l-1 12H7zm2.2 2 .7 8h6.2l.7-8z"/>`);
export const up = icon(svg`<path d="M11 20h2V8.8l4.6 4.6L19 12l-7-7-7 7 1.4 1.4L11 8.8z"/>`);
export const verify = icon(svg`<path d="M9.5 16.2 5.3 12l-1.4 1.4 5.6 5.6L20.6 7.9l-1.4-1.4z"/>`);
export const warning = icon(svg`<path d="M12 3 1.5 21h21zm0 4 7 12H5zm-1 4v4h2v-4zm0 5v2h2v-2z"/>`);
