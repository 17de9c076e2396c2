// Saving as it goes: a moment after the last change, again after a failure, and never lost: what
// is not confirmed yet is kept in the browser, and sent when the page is opened again.

const AFTER_MS = 400;
const RETRY_MS = [1000, 3000, 10000, 30000];
const KEEPALIVE_BYTES = 60_000;

export class Saver {
  /** ``body()`` gives what to send; ``tell(state, detail)`` hears "saved", "saving", "failed". */
  constructor({ url, method, csrf, body, tell }) {
    Object.assign(this, { url, method, csrf, body, tell });
    this.store = `forgesyte ${method} ${url}`;
    this.version = 0;
    this.savedVersion = 0;
    this.failures = 0;
    this.running = false;
    addEventListener("pagehide", () => this.#leave());
    addEventListener("online", () => this.#send());
  }

  /** What an earlier visit could not save, or null. */
  draft() {
    try {
      return JSON.parse(localStorage.getItem(this.store));
    } catch {
      return null;
    }
  }

  changed() {
    this.version += 1;
    this.#remember();
    this.tell("saving");
    this.#later(AFTER_MS);
  }

  get dirty() {
    return this.version !== this.savedVersion;
  }

  #later(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#send(), delay);
  }

  async #send() {
    if (this.running || !this.dirty) return;
    this.running = true;
    const version = this.version;
    const problem = await this.#try();
    this.running = false;
    if (!problem) {
      this.failures = 0;
      this.savedVersion = version;
      if (!this.dirty) {
        this.#forget();
        this.tell("saved");
        return;
      }
      this.#later(0);
      return;
    }
    this.tell("failed", problem.text);
    if (problem.again) this.#later(RETRY_MS[Math.min(this.failures++, RETRY_MS.length - 1)]);
  }

  async #try() {
    try {
      const answer = await this.#fetch({});
      if (answer.ok) return null;
      const said = await answer.json().catch(() => ({}));
      if (answer.status === 401 || answer.status === 403) {
        return { text: "You are logged out. Log in in another tab.", again: true };
      }
      const again = answer.status >= 500 || answer.status === 429;
      return { text: said.detail ?? `The server answered ${answer.status}.`, again };
    } catch {
      return { text: "The server can't be reached.", again: true };
    }
  }

  #fetch(options) {
    return fetch(this.url, {
      method: this.method,
      headers: {
        Accept: "application/json",
        "Content-Type": "application/json",
        "X-CSRFToken": this.csrf,
      },
      body: JSON.stringify(this.body()),
      ...options,
    });
  }

  #leave() {
    if (!this.dirty) return;
    const small = JSON.stringify(this.body()).length < KEEPALIVE_BYTES;
    if (small) this.#fetch({ keepalive: true }).catch(() => {});
  }

  #remember() {
    try {
      localStorage.setItem(this.store, JSON.stringify(this.body()));
    } catch {
      // a full or forbidden store; saving itself goes on
    }
  }

  #forget() {
    try {
      localStorage.removeItem(this.store);
    } catch {
      // as above
    }
  }
}
