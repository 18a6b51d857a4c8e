/** One figure: its element (the server's or made here), what it shows, and drawing it when it can be seen. */

import { DragBox } from "./drag.js";
import { framed, inked, traced } from "./ink.js";
import { drawLegend } from "./legend.js";
import { rewriteLines } from "./lines.js";
import { fill } from "./maths.js";
import { difference, draw } from "./plot.js";
import { Player } from "./steps.js";
import { drawTable } from "./table.js";

export class Figure {
  /** @param {HTMLElement} element a <figure> @param {object} env words, dragging(names) → knobs of a drag box */
  constructor(element, env) {
    Object.assign(this, { element, env, spec: null, near: 0, dirty: false, rough: false, player: null, box: null, stepped: false });
    this.plot = element.querySelector(".plot");
    if (this.plot) this.plot.id = `${element.querySelector("figcaption").id}-plot`;
  }

  /** Takes a new state. Drawn by `draw`, at the latest when it comes into view. */
  update(spec) {
    this.spec = spec;
    this.dirty = true;
    const { words } = this.env;
    fill(this.element.querySelector(".figure-title"), words.pick(spec.title));
    if (spec.kind === "steps") {
      this.player ??= new Player(this.element.querySelector("[data-player]"), words.pick(spec.title), words, () => this.#stepped());
      this.player.load(spec.frames.map((frame) => words.pick(frame.label)), spec.start);
    }
    this.#caption();
  }

  /** live: a slider is moving; what can be had cheaper than a full drawing is. */
  async draw(Plotly, live = false) {
    this.Plotly = Plotly ?? this.Plotly;
    if (!this.dirty && !(this.rough && !live)) return;
    const { spec, env } = this;
    if (spec.kind === "table") {
      this.dirty = false;
      drawTable(this.element.querySelector(".figure-table"), spec.table, env.words);
    } else if (this.Plotly) {
      this.dirty = false;
      await this.#plotted(live);
      if (spec.drag) this.#draggable();
    }
  }

  async #plotted(live) {
    const { plot, spec, env } = this;
    if (plot.dataset.height !== String(spec.height)) {
      plot.dataset.height = spec.height;
      plot.style.setProperty("--h", `${spec.height}px`);
    }
    if (this.rough && !live) plot.drawnState = null;
    const raw = this.player ? spec.frames[this.player.index].data : spec.plot.data;
    const { kind, before } = difference(plot, raw, spec.plot.layout);
    if (kind === "none") return;
    const layout = framed(spec.plot.layout, env.words);
    const data = traced(raw, env.words);
    drawLegend(this.element.querySelector(".legend"), data, inked(spec.plot.layout.shapes ?? [], env.words));
    if (kind === "shapes" || (live && kind === "data" && rewriteLines(plot, before, raw))) {
      this.rough = kind === "data" || this.rough;
      await this.Plotly.relayout(plot, { shapes: layout.shapes });
    } else {
      this.rough = false;
      await draw(this.Plotly, plot, data, layout, env.words.lang);
    }
  }

  #draggable() {
    const { drag } = this.spec;
    if (!this.box) {
      this.box = new DragBox(this.plot.parentElement, this.plot, this.env.words, this.env.dragging(drag.knobs));
      this.plot.on("plotly_afterplot", () => this.box.place());
    }
    this.box.place(drag.step);
  }

  /** The theme changed, or the page is to be printed. */
  redraw() {
    if (!this.spec) return;
    if (this.plot) this.plot.drawnState = null;
    this.dirty = true;
    this.draw();
  }

  remove() {
    this.player?.stop();
    if (this.plot && this.Plotly) this.Plotly.purge(this.plot);
    this.element.remove();
  }

  #stepped() {
    this.stepped = true;
    this.#caption();
    this.redraw();
  }

  #caption() {
    const frame = this.stepped ? this.spec.frames[this.player.index] : this.spec;
    fill(this.element.querySelector("figcaption"), this.env.words.pick(frame.description));
  }
}

/** The same markup as templates/partials/_figure.html, for a figure the server did not write. */
export function makeFigure(spec, panel) {
  const id = `fig-${panel}-${spec.id}`;
  const figure = make("figure", spec.kind === "steps" || spec.drag || spec.wide ? "figure hero" : "figure");
  Object.assign(figure.dataset, { figure: spec.id, kind: spec.kind });
  figure.setAttribute("aria-labelledby", `${id}-title`);
  figure.setAttribute("aria-describedby", `${id}-says`);
  figure.append(make("h3", "figure-title", `${id}-title`));
  if (spec.kind === "table") {
    figure.append(make("div", "figure-table"));
  } else {
    const legend = make("ul", "legend");
    legend.setAttribute("aria-hidden", "true");
    const plot = make("div", "plot");
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-labelledby", `${id}-title`);
    plot.setAttribute("aria-describedby", `${id}-says`);
    plot.style.setProperty("--h", `${spec.height}px`);
    const box = make("div", "plot-box");
    box.append(plot);
    figure.append(legend, box);
    if (spec.kind === "steps") {
      const player = make("div", "player");
      player.dataset.player = "";
      figure.append(player);
    }
  }
  figure.append(make("figcaption", "", `${id}-says`));
  return figure;
}

function make(tag, className, id = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (id) element.id = id;
  return element;
}
