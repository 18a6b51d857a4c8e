/** Plotly: which bundle, loaded when first needed, and the one configuration every figure has. */

import { script } from "./load.js";

const FOLDER = new URL("../../vendor/plotly/", import.meta.url);
const CONFIG = { displayModeBar: false, displaylogo: false, showSendToCloud: false, responsive: false, doubleClick: false };
let flat = null;
let solid = null;

/** The library for these figures. The 3-d bundle holds all the flat one holds. */
export function plotly(figures) {
  const surface = figures.some((figure) => figure.plot?.data.some((trace) => trace.type === "surface"));
  if (surface || solid) {
    solid ??= script(new URL("plotly-3d-4.1.1.min.js", FOLDER)).then(() => window.Plotly);
    return solid;
  }
  flat ??= script(new URL("plotly-2d-4.1.1.min.js", FOLDER)).then(() => window.Plotly);
  flat.catch(() => { flat = null; });
  return flat;
}

const widths = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    if (target.resizeTo && contentRect.width && contentRect.width !== target.drawnWidth) {
      target.drawnWidth = contentRect.width;
      target.resizeTo();
    }
  }
});

/** Draws or updates; keeps up with the width of its box. */
export async function draw(Plotly, element, data, layout, lang) {
  if (element.resizeTo) {
    await Plotly.react(element, data, layout);
    return;
  }
  const config = { ...CONFIG, locale: lang === "zh" ? "zh-CN" : "en" };
  const drawn = Plotly.newPlot(element, data, layout, config);
  element.drawnWidth = element.clientWidth;
  element.resizeTo = () => Plotly.Plots.resize(element);
  widths.observe(element);
  await drawn;
}

/** What differs from what stands there: "all", "data", only the marks and regions ("shapes"), or "none". */
export function difference(element, data, layout) {
  const { shapes = [], ...frame } = layout;
  const now = { data, text: JSON.stringify(data), frame: JSON.stringify(frame), shapes: JSON.stringify(shapes) };
  const before = element.drawnState;
  element.drawnState = now;
  if (!before || before.frame !== now.frame) return { kind: "all" };
  const kind = before.text !== now.text ? "data" : before.shapes !== now.shapes ? "shapes" : "none";
  return { kind, before: before.data };
}
