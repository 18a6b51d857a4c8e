/** The legend above a figure, as a list that wraps: names with a small picture of how each is drawn. */

import { colour } from "./ink.js";
import { fill } from "./maths.js";

const SVG = "http://www.w3.org/2000/svg";
const DASH = { dash: "5 3", dot: "1.5 3" };

/** @param {HTMLElement} list @param {object[]} data inked traces @param {object[]} shapes inked, with the regions' names */
export function drawLegend(list, data, shapes = []) {
  const regions = new Map(shapes.filter(({ type, label }) => type === "rect" && label).map((shape) => [shape.label.text, shape]));
  const areas = [...regions].map(([name, { fillcolor, opacity }]) => ({ name, type: "region", marker: { color: fillcolor }, opacity }));
  const shown = [...data.filter((trace) => trace.showlegend && trace.name), ...areas];
  const key = JSON.stringify(shown.map(({ name, mode, line, marker }) => [name, mode, line, marker?.color, marker?.symbol]));
  if (list.dataset.drawn === key) return;
  list.dataset.drawn = key;
  list.replaceChildren(
    ...shown.map((trace) => {
      const item = document.createElement("li");
      const name = document.createElement("span");
      fill(name, trace.name);
      item.append(swatch(trace), name);
      return item;
    }),
  );
}

function swatch(trace) {
  const box = document.createElement("span");
  box.className = "swatch";
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 16 10");
  const block = trace.type === "bar" || trace.type === "region";
  const mode = block ? "block" : (trace.mode ?? "lines");
  const point = typeof trace.marker?.color === "string" ? trace.marker.color : colour("seq-3");
  if (block) svg.append(shape("rect", { x: 2, y: 0, width: 12, height: 10, rx: 1.5, fill: point, opacity: trace.type === "bar" ? 1 : 0.35 }));
  if (mode.includes("lines")) {
    const { color, width, dash } = trace.line ?? {};
    const stroke = { stroke: color, "stroke-width": Math.min(width ?? 2, 3.2), "stroke-dasharray": DASH[dash] ?? "none" };
    svg.append(shape("line", { x1: 0, y1: 5, x2: 16, y2: 5, ...stroke }));
  }
  if (mode.includes("markers")) {
    const open = trace.marker?.symbol === "circle-open";
    const look = open ? { fill: "none", stroke: point, "stroke-width": 1.5 } : { fill: point };
    if (trace.marker?.symbol === "diamond") svg.append(shape("path", { d: "M8 0 13 5 8 10 3 5Z", ...look }));
    else svg.append(shape("circle", { cx: 8, cy: 5, r: 3.4, ...look }));
  }
  box.append(svg);
  return box;
}

function shape(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
