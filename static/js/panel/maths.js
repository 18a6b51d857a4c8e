/** Text with `$formulas$` and <sub>/<sup>: everything else is plain text. KaTeX is loaded when the first formula appears. */

import { style, script } from "./load.js";

const PARTS = /(\$[^$]+\$|<sub>[^<]*<\/sub>|<sup>[^<]*<\/sup>)/;
const FOLDER = new URL("../../vendor/katex/", import.meta.url);
let katex = null;

function load() {
  katex ??= Promise.all([style(new URL("katex.min.css", FOLDER)), script(new URL("katex.min.js", FOLDER))]).then(
    () => window.katex,
  );
  return katex;
}

/** Replaces an element's content by a text. */
export function fill(element, text) {
  if (element.dataset.source === text) return;
  element.dataset.source = text;
  element.replaceChildren(...text.split(PARTS).filter(Boolean).map(piece));
}

function piece(part) {
  if (part.startsWith("$") && part.length > 2) return formula(part.slice(1, -1));
  const tag = /^<(sub|sup)>/.exec(part)?.[1];
  if (!tag) return part;
  const element = document.createElement(tag);
  element.textContent = part.slice(5, -6);
  return element;
}

function formula(tex) {
  const span = document.createElement("span");
  span.textContent = tex;
  load().then(
    (library) => library.render(tex, span, { throwOnError: false, strict: "ignore" }),
    () => {}, // the source is readable enough
  );
  return span;
}
