// What a server shows, kept up to date. It sends parts by their keys: all of them first, then those that changed.

/** Follows a stream of parts; calls back with all that is known, and with whether the server answers. */
export class Live {
  #source;
  #parts = new Map();
  #url;
  #changed;
  #state;
  #lost;
  #hidden = () => this.#look();

  constructor(url, changed, state) {
    this.#url = url;
    this.#changed = changed;
    this.#state = state;
    document.addEventListener("visibilitychange", this.#hidden);
    this.#look();
  }

  /** A page that nobody sees asks for nothing. */
  #look() {
    if (document.hidden) {
      this.#source?.close();
      this.#source = undefined;
    } else if (!this.#source) {
      this.#open();
    }
  }

  #open() {
    const source = new EventSource(this.#url);
    this.#source = source;
    source.onmessage = (event) => {
      const news = JSON.parse(event.data);
      if (news.all) this.#parts.clear();
      for (const key of news.gone) this.#parts.delete(key);
      for (const [key, value] of Object.entries(news.set)) this.#parts.set(key, value);
      this.#answers();
      this.#changed(this.#parts);
    };
    // Streams end by themselves now and then, and the browser opens the next; a refusal is for good.
    source.onerror = () => {
      this.#lost ??= setTimeout(() => {
        this.#lost = undefined;
        if (this.#source !== source || source.readyState === EventSource.OPEN) return;
        this.#state(false);
        if (source.readyState === EventSource.CLOSED) {
          this.#source = undefined;
          this.#look();
        }
      }, 4000);
    };
  }

  #answers() {
    clearTimeout(this.#lost);
    this.#lost = undefined;
    this.#state(true);
  }

  close() {
    document.removeEventListener("visibilitychange", this.#hidden);
    clearTimeout(this.#lost);
    this.#source?.close();
    this.#source = undefined;
  }
}
