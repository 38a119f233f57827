// Replaces the changing part of the page every few seconds; without JavaScript the page reloads itself.
const every = 5000;
async function refresh() {
  try {
    const answer = await fetch(location.pathname + location.search, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const focused = document.activeElement?.id;
    document.querySelector("main").replaceWith(page.querySelector("main"));
    document.querySelector("#about").replaceWith(page.querySelector("#about"));
    if (focused) document.getElementById(focused)?.focus();
    document.querySelector("#lost").hidden = true;
  } catch {
    document.querySelector("#lost").hidden = false;
  }
}
setInterval(() => { if (!document.hidden) refresh(); }, every);
document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
