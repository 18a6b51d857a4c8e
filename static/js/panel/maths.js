/** Text with `$formulas$` and <sub>/<sup>: everything else in it is plain text. */

import { typeset } from "../math.js";

const PARTS = /(\$[^$]+\$|<sub>[^<]*<\/sub>|<sup>[^<]*<\/sup>)/;

/** Replaces an element's content by a text. */
export function fill(element, text) {
  if (element.dataset.source === text) return;
  element.dataset.source = text;
  element.replaceChildren(...text.split(PARTS).filter(Boolean).map(piece));
  if (text.includes("$")) typeset(element);
}

function piece(part) {
  if (part.startsWith("$") && part.length > 2) {
    const formula = Object.assign(document.createElement("span"), { className: "math", textContent: part.slice(1, -1) });
    formula.dataset.tex = "";
    return formula;
  }
  const tag = /^<(sub|sup)>/.exec(part)?.[1];
  if (!tag) return part;
  return Object.assign(document.createElement(tag), { textContent: part.slice(5, -6) });
}
