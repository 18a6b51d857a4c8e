/** The figures of a panel: kept in step with results, drawn when in view (the others when they come into it). */

import { Figure, makeFigure } from "./figure.js";
import { forget } from "./ink.js";
import { plotly } from "./plot.js";

const all = new Set();

export class Figures {
  /** @param {HTMLElement} box @param {string} panel @param {object} env */
  constructor(box, panel, env) {
    Object.assign(this, { box, panel, env, list: [], library: null });
    this.sight = new IntersectionObserver((entries) => this.#sighted(entries), { threshold: [0, 0.2] });
    all.add(this);
    new ResizeObserver(() => {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }).observe(box);
  }

  /** Shows a result. While a slider moves (`live`) only what is in view is drawn. */
  async show(result, live) {
    this.#match(result.figures);
    result.figures.forEach((spec, i) => this.list[i].update(spec));
    this.library = plotly(result.figures);
    const Plotly = await this.library.catch(() => {
      this.env.complain(this.env.words.say("no_plot"));
    });
    for (const figure of this.list) {
      if (figure.near > (live ? 0.19 : 0)) await figure.draw(Plotly, live);
    }
  }

  redraw() {
    for (const figure of this.list) figure.redraw();
  }

  /** One element a figure, in order; the server's are taken over. */
  #match(specs) {
    const same = this.list.length === specs.length && specs.every((spec, i) => this.list[i].spec.id === spec.id && this.list[i].spec.kind === spec.kind);
    if (same) return;
    for (const figure of this.list) figure.remove();
    const written = [...this.box.querySelectorAll("figure")];
    this.list = specs.map((spec) => {
      const found = written.find((element) => element.dataset.figure === spec.id && element.dataset.kind === spec.kind);
      return new Figure(found ?? makeFigure(spec, this.panel), this.env);
    });
    this.box.replaceChildren(...this.list.map((figure) => figure.element));
    this.box.classList.remove("waiting");
    for (const figure of this.list) this.sight.observe(figure.element);
  }

  #sighted(entries) {
    for (const { target, intersectionRatio, isIntersecting } of entries) {
      const figure = this.list.find(({ element }) => element === target);
      if (!figure) continue;
      figure.near = isIntersecting ? Math.max(intersectionRatio, 0.01) : 0;
      if (figure.near && figure.dirty && this.library) this.library.then((Plotly) => figure.draw(Plotly), () => {});
    }
  }
}

function retheme() {
  forget();
  for (const figures of all) figures.redraw();
}

new MutationObserver(retheme).observe(document.documentElement, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", retheme);
addEventListener("beforeprint", () => {
  for (const figures of all) figures.redraw();
});
