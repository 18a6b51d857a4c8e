/** A figure that is a table. The same markup as templates/partials/_data.html. */

import { fill } from "./maths.js";
import { cell, isText } from "./words.js";

export function drawTable(box, table, words) {
  const scroll = document.createElement("div");
  Object.assign(scroll, { className: "data-scroll", tabIndex: 0 });
  scroll.setAttribute("role", "group");
  scroll.setAttribute("aria-label", words.pick(table.title));
  const element = document.createElement("table");
  element.className = "data-table";
  element.createCaption().textContent = words.pick(table.title);
  const head = element.createTHead().insertRow();
  for (const column of table.columns) {
    const th = Object.assign(document.createElement("th"), { scope: "col" });
    fill(th, shown(column, words));
    head.append(th);
  }
  const body = element.createTBody();
  for (const row of table.rows) {
    const line = body.insertRow();
    for (const value of row) {
      const td = line.insertCell();
      if (typeof value === "number") td.className = "num";
      fill(td, shown(value, words));
    }
  }
  scroll.append(element);
  const { scrollTop } = box.firstElementChild ?? { scrollTop: 0 };
  box.replaceChildren(scroll);
  scroll.scrollTop = scrollTop;
}

function shown(value, words) {
  return isText(value) ? words.pick(value) : cell(value);
}
