/** Predict first: commit to an answer, run the preset that settles it, see the gap. One prediction at a time. */

import { fill } from "./maths.js";
import { drawVerdict, judge } from "./verdict.js";

const STORE = "warmup.predictions";

export class Predictions {
  /**
   * @param {HTMLElement} root the panel @param {object} spec @param {object} words
   * @param {{run: (query: string) => Promise<object>, cover: (on: boolean) => void}} on
   */
  constructor(root, spec, words, on) {
    Object.assign(this, { demo: root.dataset.panel, list: spec.predictions, words, on, at: 0 });
    this.box = root.querySelector("[data-predict]");
    if (!this.box) return;
    this.made = load();
    this.forms = [...this.box.querySelectorAll("[data-prediction]")];
    this.covering = "covered" in root.dataset;
    this.forms.forEach((form, i) => this.#prepare(form, this.list[i]));
    this.opener = this.box.querySelector("[data-open]");
    this.opener.addEventListener("click", () => this.#fold(!this.box.classList.contains("closed")));
    this.box.querySelector("[data-previous]").addEventListener("click", () => this.#turn(this.at - 1));
    this.box.querySelector("[data-next]").addEventListener("click", () => this.#turn(this.at + 1));
    const next = this.list.findIndex(({ id }) => !this.made[this.#key(id)]);
    this.at = Math.max(next, 0);
    const known = this.list.some(({ id }) => this.made[this.#key(id)]) || skipped(this.demo);
    if (this.covering && known) this.skip();
    if (!this.covering) this.#fold(true);
    this.#paint();
  }

  /** Shows the figures without an answer. */
  skip() {
    if (!this.covering) return;
    this.covering = false;
    skipped(this.demo, true);
    this.#fold(true);
    this.on.cover(false);
  }

  #key(id) {
    return `${this.demo}/${id}`;
  }

  #prepare(form, prediction) {
    for (const words of form.querySelectorAll(".question, .answer span")) fill(words, words.textContent);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#commit(form, prediction);
    });
    form.querySelector("[data-skip]").addEventListener("click", () => {
      if (this.covering) this.skip();
      else this.#fold(true);
    });
    const made = this.made[this.#key(prediction.id)];
    if (made) this.#verdict(form, prediction, made);
  }

  async #commit(form, prediction) {
    const given = new FormData(form);
    const answer = prediction.options.length ? given.get("answer") : parse(given.get("answer"));
    const problem = form.querySelector("[data-problem]");
    problem.hidden = answer !== null;
    problem.textContent = this.words.say(prediction.options.length ? "answer_first" : "number_first");
    if (answer === null) {
      form.elements.answer.focus?.();
      return;
    }
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    this.covering = false;
    this.on.cover(false);
    const result = await this.on.run(prediction.query);
    button.disabled = false;
    const value = result.flags?.[prediction.scalar] ?? result.scalars[prediction.scalar];
    const made = { answer: Number(answer), confidence: given.get("confidence"), value, at: Date.now() };
    this.made[this.#key(prediction.id)] = made;
    save(this.#key(prediction.id), made);
    this.#verdict(form, prediction, made).focus();
    this.#paint();
  }

  #verdict(form, prediction, made) {
    const box = form.querySelector("[data-verdict]");
    const rest = this.list.findIndex(({ id }, i) => i !== this.list.indexOf(prediction) && !this.made[this.#key(id)]);
    drawVerdict(box, prediction, judge(prediction, made), made, this.words, {
      again: () => this.#asking(form, box, true),
      next: rest < 0 ? null : () => this.#turn(rest),
    });
    this.#asking(form, box, false);
    return box;
  }

  /** A form is either being answered or shows its verdict. */
  #asking(form, verdict, on) {
    for (const part of form.querySelectorAll(".answer, .answer-number, .sure, .predict-actions")) part.hidden = !on;
    verdict.hidden = on;
    if (on) {
      form.reset();
      form.elements.answer[0]?.focus();
    }
  }

  #turn(to) {
    this.at = (to + this.list.length) % this.list.length;
    this.#fold(false);
    this.#paint();
    this.forms[this.at].querySelector("input:not([hidden])")?.focus({ preventScroll: true });
  }

  #fold(closed) {
    this.box.classList.toggle("closed", closed);
    this.#paint();
  }

  #paint() {
    this.forms.forEach((form, i) => { form.hidden = i !== this.at; form.removeAttribute("data-later"); });
    const of = this.list.length;
    const n = this.list.filter(({ id }) => this.made[this.#key(id)]).length;
    this.box.querySelector("[data-made]").textContent = this.words.say("predict_made", { n, of });
    this.box.querySelector("[data-turn]").hidden = of < 2;
    this.box.querySelector("[data-count]").textContent = this.words.say("predict_count", { n: this.at + 1, of });
    const closed = this.box.classList.contains("closed");
    this.opener.textContent = this.words.say(closed ? "show" : "hide");
    this.opener.setAttribute("aria-expanded", String(!closed));
    this.opener.hidden = this.covering;
  }
}

function parse(text) {
  const value = Number(text.trim().replace("−", "-").replace("，", "."));
  return text.trim() === "" || !Number.isFinite(value) ? null : value;
}

function load() {
  try {
    return JSON.parse(localStorage.getItem(STORE)) ?? {};
  } catch {
    return {};
  }
}

function save(key, made) {
  try {
    localStorage.setItem(STORE, JSON.stringify({ ...load(), [key]: made }));
  } catch { /* storage may be refused; the page remembers */ }
}

/** A skip lasts as long as the visit. */
function skipped(demo, now = false) {
  try {
    if (now) sessionStorage.setItem(`${STORE}.skip.${demo}`, "1");
    return sessionStorage.getItem(`${STORE}.skip.${demo}`) !== null;
  } catch {
    return false;
  }
}
