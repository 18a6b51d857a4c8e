/** The controls of one panel: what they hold, setting them, what is wrong with them, and when they moved or came to rest. */

import { makeCells } from "./cells.js";
import { makePicture } from "./picture.js";
import { matters, valuesOf } from "./query.js";
import { makeSlider } from "./slider.js";

const REST_MS = 350;
/** Keys move a control step by step: it rests when no key came for this long. A pointer's release is at once.
 * A formula half typed is no formula: it is run when no key came for this long. */

export class Knobs {
  /**
   * @param {HTMLFormElement} form
   * @param {object[]} knobs
   * @param {object} words
   * @param {{move: () => void, rest: () => void}} on
   */
  constructor(form, knobs, words, on) {
    Object.assign(this, { form, knobs, words, on, sliders: new Map(), cells: new Map(), pictures: new Map(), timer: 0, keyed: false, typing: 0 });
    for (const knob of knobs) {
      const box = this.#box(knob.name);
      if (box.querySelector("[data-slider]")) this.sliders.set(knob.name, makeSlider(box, knob));
      if (box.querySelector("[data-cells]")) this.cells.set(knob.name, makeCells(box, knob, words));
      if (box.querySelector("[data-packed]")) this.pictures.set(knob.name, this.#picture(box, knob));
      box.querySelector("[data-new-seed]")?.addEventListener("click", () => this.#newSeed(knob));
    }
    form.addEventListener("pointerdown", () => { this.keyed = false; }, true);
    form.addEventListener("keydown", () => { this.keyed = true; }, true);
    form.addEventListener("input", (event) => this.#input(event));
    form.addEventListener("change", (event) => this.#change(event));
    form.addEventListener("submit", (event) => { event.preventDefault(); this.#rest(0); });
    this.#fit();
  }

  /** What every control holds, as text. */
  values() {
    return Object.fromEntries(this.knobs.map((knob) => [knob.name, this.#value(knob)]));
  }

  /** Puts every named control to its value. */
  set(values) {
    for (const knob of this.knobs.filter(({ name }) => name in values)) {
      const value = values[knob.name];
      const box = this.#box(knob.name);
      for (const input of box.querySelectorAll("input[type=radio], input[type=checkbox]")) {
        input.checked = knob.kind === "many" ? value.includes(input.value) : input.value === value;
      }
      const field = this.#field(knob.name);
      if (field) field.value = value;
      this.sliders.get(knob.name)?.follow();
      this.cells.get(knob.name)?.read();
      this.pictures.get(knob.name)?.read();
    }
    this.clear();
  }

  /** The pictures the reader chose, which no address holds. */
  own() {
    return Object.fromEntries([...this.pictures.keys()].map((name) => [name, this.#field(name).value]));
  }

  setQuery(query) {
    this.set(valuesOf(this.knobs, query));
  }

  /** Shows the controls that do something in this state; one that is complained about stays in sight. */
  #fit() {
    const values = this.values();
    for (const knob of this.knobs) {
      const box = this.#box(knob.name);
      box.hidden = !matters(knob, this.knobs, values) && box.querySelector("[data-problem]").hidden;
    }
    const exact = this.form.querySelector("details.exact");
    if (exact) exact.hidden = !exact.querySelector("[data-knob]:not([hidden])");
  }

  /** Says what is wrong beside the control. Returns the names that have no control here. */
  complain(fields) {
    this.clear();
    return fields.filter(({ name, message }) => {
      if (!this.knobs.some((knob) => knob.name === name)) return true;
      const line = this.#box(name).querySelector("[data-problem]");
      line.textContent = message;
      line.hidden = false;
      const exact = line.closest("details.exact");
      if (exact) exact.open = true;
      this.#mark(name, line.id, true);
      this.#fit();
      return false;
    });
  }

  clear() {
    for (const { name } of this.knobs) {
      const line = this.#box(name).querySelector("[data-problem]");
      if (line.hidden) continue;
      line.hidden = true;
      this.#mark(name, line.id, false);
    }
    this.#fit();
  }

  #mark(name, id, wrong) {
    const target = this.#box(name).querySelector("[data-file]") ?? this.#field(name) ?? this.#box(name);
    const others = (target.getAttribute("aria-describedby") ?? "").split(" ").filter((other) => other && other !== id);
    target.setAttribute("aria-describedby", (wrong ? [...others, id] : others).join(" "));
    if (wrong) target.setAttribute("aria-invalid", "true");
    else target.removeAttribute("aria-invalid");
  }

  #box(name) {
    return this.form.querySelector(`[data-knob="${CSS.escape(name)}"]`);
  }

  #field(name) {
    return this.#box(name).querySelector("input[name]:not([type=radio], [type=checkbox]), select[name]");
  }

  #value(knob) {
    if (knob.kind === "many") return [...this.#box(knob.name).querySelectorAll(":checked")].map((input) => input.value);
    return (this.#field(knob.name) ?? this.#box(knob.name).querySelector(":checked")).value;
  }

  /** What cannot even be asked: nothing chosen, no number. */
  #unusable() {
    const wrong = [];
    for (const knob of this.knobs) {
      const value = this.#value(knob);
      if (knob.kind === "many" && value.length === 0) wrong.push({ name: knob.name, message: this.words.say("choose_one") });
      const number = ["int", "float", "seed"].includes(knob.kind);
      if (number && value === "") wrong.push({ name: knob.name, message: this.words.say("not_a_number") });
    }
    if (wrong.length) this.complain(wrong);
    return wrong.length > 0;
  }

  #input({ target }) {
    const name = target.closest("[data-knob]")?.dataset.knob;
    const slider = this.sliders.get(name);
    if (target === slider?.range) slider.lead();
    else if (target.type === "number" && (target.value === "" || !inBounds(target))) return; // still being typed
    else slider?.follow();
    if (target.classList.contains("text")) this.cells.get(name)?.read();
    this.#fit();
    clearTimeout(this.typing);
    const move = () => { if (!this.#unusable()) this.on.move(); };
    if (target.classList.contains("formula")) this.typing = setTimeout(move, REST_MS);
    else move();
  }

  #change({ target }) {
    if (target.type === "number") this.sliders.get(target.closest("[data-knob]").dataset.knob)?.follow();
    this.#rest(this.keyed ? REST_MS : 0);
  }

  /** A box on a figure was let go; by keys, one more may follow. */
  rest(byKey) {
    this.#rest(byKey ? REST_MS : 0);
  }

  #rest(wait) {
    clearTimeout(this.timer);
    clearTimeout(this.typing);
    const now = () => { if (!this.#unusable()) this.on.rest(); };
    if (wait) this.timer = setTimeout(now, wait);
    else now();
  }

  #picture(box, { name }) {
    const changed = () => {
      this.on.move();
      this.#rest(0);
    };
    return makePicture(box, this.words, { changed, complain: (message) => this.complain([{ name, message }]) });
  }

  #newSeed(knob) {
    this.#field(knob.name).value = Math.floor(knob.ge + Math.random() * (knob.le - knob.ge + 1));
    this.on.move();
    this.#rest(0);
  }
}

function inBounds({ value, min, max }) {
  return Number(value) >= Number(min === "" ? -Infinity : min) && Number(value) <= Number(max === "" ? Infinity : max);
}
