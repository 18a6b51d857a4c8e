/** A matrix or a vector as a grid of numbers. The text field stays the truth (and the form's field); the grid writes it. */

import { rowsOf } from "./query.js";

/** @param {HTMLElement} box one .knob @param {object} knob @param {{say: Function}} words */
export function makeCells(box, knob, words) {
  const text = box.querySelector("input.text");
  const place = box.querySelector("[data-cells]");
  fold(box.querySelector(".as-text"), words);
  let inputs = [];

  function read() {
    const rows = rowsOf(text.value);
    const shape = rows.map((row) => row.length).join();
    if (shape !== inputs.map((row) => row.length).join()) build(rows);
    rows.forEach((row, i) => row.forEach((value, j) => { inputs[i][j].value = value; }));
  }

  function build(rows) {
    const table = document.createElement("table");
    table.setAttribute("role", "presentation");
    inputs = rows.map((row, i) => {
      const line = table.insertRow();
      return row.map((_, j) => {
        const input = document.createElement("input");
        const key = knob.kind === "matrix" ? "cell" : "entry";
        Object.assign(input, { className: "number", type: "number", step: "any", autocomplete: "off" });
        if (knob.ge !== null) Object.assign(input, { min: knob.ge, max: knob.le });
        input.setAttribute("aria-label", words.say(key, { label: knob.label, row: i + 1, column: j + 1 }));
        input.addEventListener("keydown", nudge);
        input.addEventListener("input", write);
        line.insertCell().append(input);
        return input;
      });
    });
    place.replaceChildren(table);
  }

  function write(event) {
    event.stopPropagation();
    if (event.target.value === "" || !event.target.checkValidity()) return;
    text.value = inputs.map((row) => row.map((input) => input.value).join(" ")).join("; ");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Arrow keys move by a hundredth of the range, not by 1. */
  function nudge(event) {
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const size = (event.target.max - event.target.min) / 100;
    if (!way || event.target.max === "" || size >= 1) return;
    event.preventDefault();
    const next = Math.min(Math.max(Number(event.target.value) + way * size, event.target.min), event.target.max);
    event.target.value = Number(next.toFixed(6));
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
    event.target.dispatchEvent(new Event("change", { bubbles: true }));
  }

  read();
  return { read };
}

/** The text form is for pasting: folded away when the grid is there. */
function fold(element, words) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  details.className = "fold-text";
  summary.textContent = words.say("as_text");
  element.replaceWith(details);
  details.append(summary, element);
}
