/** Meaning → ink of this theme: "@blue" becomes the colour of --plot-blue, {zh, en} the reader's language. */

import { isText } from "./words.js";

let colours = new Map();

/** After a change of theme every colour is asked for again. */
export function forget() {
  colours = new Map();
}

/** The value of a custom property as a colour, light-dark() resolved. */
export function colour(name) {
  if (!colours.has(name)) {
    const probe = document.createElement("span");
    probe.hidden = true;
    probe.style.color = `var(--${name})`;
    document.body.append(probe);
    colours.set(name, getComputedStyle(probe).color);
    probe.remove();
  }
  return colours.get(name);
}

const SCALES = {
  "@sequential": () => ramp("seq"),
  "@diverging": () => ramp("div"),
  "@nodes": () => [[0, colour("seq-0")], [1, colour("seq-1")]], // text stands on these
};

function ramp(name) {
  return [0, 1, 2, 3, 4].map((i) => [i / 4, colour(`${name}-${i}`)]);
}

/** A copy of any part of a figure in this theme and language. Arrays of numbers and typed data are passed through. */
export function inked(value, words) {
  if (typeof value === "string") {
    if (value[0] !== "@") return value;
    return SCALES[value]?.() ?? colour(`plot-${value.slice(1)}`);
  }
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return typeof value[0] === "number" ? value : value.map((item) => inked(item, words));
  if (isText(value)) return value[words.lang];
  if (value.bdata) return value;
  const out = {};
  for (const key in value) out[key] = inked(value[key], words);
  return out;
}

/** Tighter than what is sent: the legend is the page's own, so its room above the data is given back. */
const MARGIN = { l: 56, r: 14, t: 16, b: 46 };

/** Region names stand in the legend (a narrow region has no room); a vertical mark's name stands beside its top. */
function shaped(shape) {
  if (shape.type === "rect" && shape.label) return { ...shape, label: undefined };
  if (shape.type !== "line" || shape.x0 !== shape.x1) return shape;
  return { ...shape, label: { ...shape.label, textposition: "end", textangle: 0, xanchor: "left", yanchor: "top", padding: 4 } };
}

/** The layout with what the theme adds: fonts, grid, paper, hover. */
export function framed(layout, words) {
  const out = inked(layout, words);
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("ink") };
  const soft = { size: 11, color: colour("soft") };
  for (const key in out) {
    if (/^[xy]axis\d*$/.test(key)) out[key] = axis(out[key], soft);
    if (key === "coloraxis") out[key].colorbar = { ...out[key].colorbar, tickfont: soft };
    if (key === "scene") out[key] = scene(out[key], soft);
  }
  out.shapes = out.shapes?.map(shaped);
  const labelled = out.annotations?.length > 0;
  if (out.margin?.t === 36 && !labelled) out.margin = MARGIN;
  return {
    ...out, font, showlegend: false, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", autosize: true,
    hoverlabel: { bgcolor: colour("raised"), bordercolor: colour("rule"), font: { ...font, size: 12 } },
  };
}

function axis(spec, small) {
  // Plotly sets powers of ten a quarter larger
  const soft = spec.type === "log" ? { ...small, size: spec.dtick ? 9 : 10 } : small;
  return {
    automargin: false, ...spec, fixedrange: true, gridcolor: colour("plot-grid"), zerolinecolor: colour("rule"),
    linecolor: colour("rule"), tickfont: soft, title: { font: { size: 12, color: colour("soft") }, standoff: 8, ...spec.title },
  };
}

function scene(spec, soft) {
  const side = { gridcolor: colour("plot-grid"), zerolinecolor: colour("rule"), tickfont: soft, showbackground: false };
  const out = { ...spec };
  for (const key of ["xaxis", "yaxis", "zaxis"]) out[key] = { ...side, ...spec[key] };
  return out;
}

/** The traces in this theme; colour bars get its small type. */
export function traced(data, words) {
  const small = { size: 11, color: colour("soft") };
  return data.map((trace) => {
    const out = inked(trace, words);
    if (out.colorbar) out.colorbar = { ...out.colorbar, tickfont: small, title: { ...out.colorbar.title, font: small } };
    return out;
  });
}
