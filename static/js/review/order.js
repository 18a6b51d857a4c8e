// Things to put in order: rows with buttons, moved with the keyboard as well (Alt+↑/↓ or Shift+J/K on a row).
import { h, pick, say, sentence } from "./words.js";

/** @param {object} question @param {(text: string) => void} announce */
export function orderField(question, announce) {
  const list = h("ol", { class: "rows", "aria-labelledby": "prompt", "aria-describedby": "order-help" });
  const rows = question.parts.map((part) => {
    const label = sentence(h("span", { class: "row-text" }), pick(part.label), { plain: true });
    const name = label.textContent;
    const up = h("button", { type: "button", class: "quiet", "aria-label": say("up", { name }), onclick: () => move(row, -1, up) }, "↑");
    const down = h("button", { type: "button", class: "quiet", "aria-label": say("down", { name }), onclick: () => move(row, 1, down) }, "↓");
    const row = h("li", { tabindex: "-1", "data-row": part.id }, label, h("span", { class: "row-buttons" }, up, down));
    row.addEventListener("keydown", (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1, J: 1, K: -1 }[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey !== event.key.startsWith("Arrow")) return;
      event.preventDefault();
      move(row, step, row);
    });
    return row;
  });
  list.append(...rows);
  limits();

  function limits() {
    [...list.children].forEach((row, at) => {
      const [up, down] = row.querySelectorAll("button");
      up.disabled = at === 0;
      down.disabled = at === list.children.length - 1;
    });
  }

  function move(row, step, focus) {
    const other = step < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    limits();
    (focus.disabled ? row : focus).focus();
    announce(say("moved", { name: row.querySelector(".row-text").textContent, n: [...list.children].indexOf(row) + 1, of: rows.length }));
  }

  return {
    element: h("div", {}, list, h("p", { class: "soft hint", id: "order-help" }, say("order_help"))),
    read: () => ({ order: [...list.children].map((row) => Number(row.dataset.row)) }),
    pick: (n) => list.children[n - 1]?.focus(),
    rows: () => [...list.children],
    /** Each row says whether it stood in its place; the solution stands in the feedback. */
    show(grade) {
      [...list.children].forEach((row, at) => {
        const right = Number(row.dataset.row) === at;
        row.classList.add(right ? "right" : "wrong");
        row.querySelector(".row-buttons").replaceChildren(h("span", { class: "mark" }, right ? "✓ " : "✗ ", say(right ? "in_place" : "belongs", { n: Number(row.dataset.row) + 1 })));
      });
      return grade.answer;
    },
  };
}
