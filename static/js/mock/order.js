// Things to put in order: the places to choose from become buttons that move a row.
import { announce, say } from "./words.js";

/** @param {HTMLElement} step @param {() => void} changed */
export function enhanceOrder(step, changed) {
  const rows = [...step.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const list = rows[0].parentElement;
  step.querySelector("[data-plain]").hidden = true;
  step.querySelector("[data-moved]").hidden = false;

  function limits() {
    [...list.children].forEach((row, at) => {
      const [up, down] = row.querySelectorAll("button");
      up.disabled = at === 0;
      down.disabled = at === list.children.length - 1;
    });
  }

  function move(row, by, focus) {
    const other = by < 0 ? row.previousElementSibling : row.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(row);
    else other.after(row);
    limits();
    changed();
    (focus.disabled ? row : focus).focus();
    announce(say("order_moved", { name: row.querySelector(".row-text").textContent, n: [...list.children].indexOf(row) + 1, of: rows.length }));
  }

  for (const row of rows) {
    const name = row.querySelector(".row-text").textContent;
    const buttons = [[-1, "↑", "order_up"], [1, "↓", "order_down"]].map(([by, mark, word]) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "quiet", textContent: mark, onclick: () => move(row, by, button) });
      button.setAttribute("aria-label", say(word, { name }));
      return button;
    });
    row.querySelector(".row-buttons").replaceChildren(...buttons);
    row.tabIndex = -1;
    row.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1, K: -1, J: 1 }[event.key];
      if (!by || event.ctrlKey || event.metaKey || event.altKey !== event.key.startsWith("Arrow")) return;
      event.preventDefault();
      move(row, by, row);
    });
  }
  limits();
}
