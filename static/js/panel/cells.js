/** A matrix or a vector as a grid of numbers. The text field stays the truth (and the form's field); the grid writes it. */

import { rowsOf } from "./query.js";

/** @param {HTMLElement} box one .knob @param {object} knob @param {{say: Function}} words */
export function makeCells(box, knob, words) {
  const text = box.querySelector("input.text");
  const place = box.querySelector("[data-cells]");
  let inputs = [...place.querySelectorAll("tr")].map((row) => [...row.querySelectorAll("input")]);
  place.addEventListener("input", write);
  place.addEventListener("keydown", nudge);

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
        input.min = knob.ge ?? "";
        input.max = knob.le ?? "";
        input.setAttribute("aria-label", words.say(key, { label: knob.label, row: i + 1, column: j + 1 }));
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

  /** Arrow keys move fractions by 0.01; whole numbers by 1, which is the browser's own step. */
  function nudge(event) {
    const { target } = event;
    const way = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    if (!way || !text.value.includes(".")) return;
    event.preventDefault();
    const next = Math.max(Number(target.value) + way * 0.01, target.min);
    target.value = Number(Math.min(next, target.max === "" ? Infinity : target.max).toFixed(6));
    target.dispatchEvent(new Event("input", { bubbles: true }));
    target.dispatchEvent(new Event("change", { bubbles: true }));
  }

  return { read };
}
