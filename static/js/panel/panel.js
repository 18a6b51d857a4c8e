/** One live panel: its settings, its address, its runs, and everything that shows them. */

import { Address } from "./address.js";
import { Banner } from "./banner.js";
import { makeCopy } from "./copy.js";
import { Figures } from "./figures.js";
import { Knobs } from "./knobs.js";
import { drawOutcome } from "./outcome.js";
import { Predictions } from "./predict.js";
import { Progress } from "./progress.js";
import { queryOf, shared, valuesOf } from "./query.js";
import { Runs } from "./runs.js";
import { Tables } from "./tables.js";
import { makeWords } from "./words.js";

export class Panel {
  /** @param {HTMLElement} root a [data-panel] section (templates/partials/_panel.html) */
  constructor(root) {
    const spec = JSON.parse(root.querySelector("[data-spec]").textContent);
    const words = makeWords(spec);
    const find = (name) => root.querySelector(`[data-${name}]`);
    Object.assign(this, { root, spec, words, find, shown: null, waiting: [], quiet: true });
    this.streams = "streams" in root.dataset;
    this.live = find("live");
    this.banner = new Banner(find("banner"), words, () => this.runs.again());
    this.knobs = new Knobs(find("form"), spec.knobs, words, { move: () => this.#moved(), rest: () => this.#rested() });
    this.figures = new Figures(find("figures"), root.dataset.panel, {
      words, dragging: (names) => this.#dragging(names), complain: (text) => this.banner.show(text, 0, false),
    });
    this.progress = new Progress(root, words, { run: () => this.runs.again(), stop: () => this.runs.stop() });
    this.runs = new Runs(root.dataset.api, this.streams, {
      show: (result, settled) => this.#show(result, settled),
      frame: (result) => this.#frame(result),
      fail: (error, settled) => this.#fail(error, settled),
      busy: (on) => this.progress.busy(on),
    });
    if ("ownPage" in root.dataset) {
      this.address = new Address(shared(spec.knobs, location.search.slice(1)), (query) => this.#back(query));
    }
    this.#links();
    this.predictions = new Predictions(root, spec, words, {
      run: (query) => this.go(query), cover: (on) => this.#cover(on),
    });
    addEventListener("pagehide", () => this.runs.stop());
  }

  /** First sight: what the server computed, or a run. */
  start() {
    const query = queryOf(this.spec.knobs, this.knobs.values());
    const embedded = this.find("result");
    if (embedded) this.runs.memory.set(query, JSON.parse(embedded.textContent));
    this.started = true;
    this.runs.wanted = { query, settled: true };
    if (!this.covered) this.runs.want(query, true);
  }

  /** Goes to a state as one step; resolves with its result. */
  go(query) {
    this.knobs.setQuery(query);
    const promise = new Promise((resolve) => this.waiting.push({ query: this.#query(), resolve }));
    this.#rested();
    return promise;
  }

  #query() {
    return queryOf(this.spec.knobs, this.knobs.values());
  }

  #moved() {
    this.#uncover();
    this.find("summary")?.remove();
    const query = this.#query();
    this.address?.moving(shared(this.spec.knobs, query));
    this.runs.want(query, false);
  }

  #rested() {
    this.#uncover();
    this.quiet = false;
    const query = this.#query();
    this.address?.rest(shared(this.spec.knobs, query));
    this.find("summary")?.remove();
    this.#mark(query);
    this.runs.want(query, true);
  }

  #back(query) {
    this.knobs.set({ ...valuesOf(this.spec.knobs, query), ...this.knobs.own() });
    this.#uncover();
    this.#mark(this.#query());
    this.runs.want(this.#query(), true);
  }

  #frame(result) {
    this.progress.at(result.progress);
    this.shown = null;
    this.figures.show(result, true);
    drawOutcome(this.find("outcome"), result, this.words);
  }

  #show(result, settled) {
    this.progress.at(result.progress);
    this.banner.clear();
    if (!this.find("summary")) this.knobs.clear(); // what was wrong in the address stays said until something is changed
    const fresh = this.shown !== result;
    this.shown = result;
    if (fresh) drawOutcome(this.find("outcome"), result, this.words);
    if (fresh || settled) this.figures.show(result, !settled);
    if (!settled) return;
    this.tables.refresh();
    if (!this.quiet && result.notes.length) this.#announce(plain(this.words.pick(result.notes[0])));
    this.quiet = true;
    const query = this.runs.wanted.query;
    this.waiting = this.waiting.filter((one) => one.query !== query || one.resolve(result));
  }

  #fail(error, settled) {
    if (error.name === "AbortError") return;
    const message = this.words.pick(error.text);
    const fields = (error.fields ?? []).map(({ name, message: text }) => ({ name, message: this.words.pick(text) }));
    const elsewhere = this.knobs.complain(fields);
    if (error.status === 0) this.banner.show(this.words.say("offline"));
    else if (error.status === 422) this.banner.show(elsewhere.map((one) => one.message).join(" ") || message, 0, false);
    else if (error.status === undefined || !message) this.banner.show(this.words.say("broken"));
    else this.banner.show(message, error.code === "busy" && settled ? error.retryAfter : 0);
    if (error.status === undefined) console.error(error);
  }

  #announce(text) {
    this.live.textContent = text;
  }

  #links() {
    for (const link of this.root.querySelectorAll("[data-query], [data-reset]")) {
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        this.go(link.dataset.query ?? "");
      });
    }
    const env = { words: this.words, announce: (text) => this.#announce(text) };
    makeCopy(this.find("copy-link"), () => this.#link(), env);
    makeCopy(this.find("copy-code"), () => this.find("code").textContent, env);
    this.tables = new Tables(this.find("data"), `${this.root.dataset.page}/data`, {
      query: () => this.#query(), fail: (error) => this.#fail(error, true),
    });
  }

  #link() {
    const query = shared(this.spec.knobs, this.#query());
    return new URL(`${this.root.dataset.page}${query && `?${query}`}`, location.href).href;
  }

  /** Marks the preset whose state this is. */
  #mark(query) {
    for (const link of this.root.querySelectorAll("[data-presets] a")) {
      const same = queryOf(this.spec.knobs, valuesOf(this.spec.knobs, link.dataset.query)) === query;
      if (same) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  /** The knobs of a box on a figure, as numbers. */
  #dragging(names) {
    const specs = names.map((name) => this.spec.knobs.find((knob) => knob.name === name));
    return {
      bounds: specs.map(({ ge, le }) => [ge, le]),
      get: () => {
        const values = this.knobs.values();
        return names.map((name) => Number(values[name]));
      },
      set: (box, done, byKey = false) => {
        this.knobs.set(Object.fromEntries(names.map((name, i) => [name, String(box[i])])));
        this.#moved();
        if (done) this.knobs.rest(byKey);
      },
    };
  }

  get covered() {
    return "covered" in this.root.dataset;
  }

  /** Touching a setting is looking: the figures are shown. */
  #uncover() {
    if (this.covered) this.predictions.skip();
  }

  #cover(on) {
    this.root.toggleAttribute("data-covered", on);
    if (!on && this.started && !this.runs.flight) this.runs.again();
  }
}

function plain(text) {
  return text.replace(/<[^>]+>|\$/g, "");
}
