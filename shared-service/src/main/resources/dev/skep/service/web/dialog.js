// Dialogs: what is asked before something is done.
import { html, render } from "lit-html";

/** Shows a dialog in a place, whose content is drawn anew after each change, until it closes. */
export function open(place, title, content) {
  const back = document.activeElement;
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "asked");
  place.append(dialog);
  const close = () => dialog.close();
  const draw = () => render(html`${content({ close, draw, title: html`<h2 id="asked">${title}</h2>` })}`, dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (back?.isConnected) back.focus();
  });
  draw();
  dialog.showModal();
}

/** Hands over what was filled in, and sends nothing. */
export const submits = (work) => (event) => {
  event.preventDefault();
  work(new FormData(event.target));
};

export const cancel = (close) => html`<button type="button" @click=${close}>Cancel</button>`;
