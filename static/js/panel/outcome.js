/** What a run says under its figures: sentences, independent checks, numbers that are not finite. */

import { fill } from "./maths.js";
import { number, size } from "./words.js";

/** @param {HTMLElement} box [data-outcome], as templates/partials/_data.html writes it */
export function drawOutcome(box, result, words) {
  const notes = box.querySelector("[data-notes]");
  match(notes, result.notes.length, "li").forEach((item, i) => fill(item, words.pick(result.notes[i])));
  const checks = box.querySelector("[data-checks]");
  checks.hidden = result.checks.length === 0;
  match(checks.querySelector("ul"), result.checks.length, "li").forEach((item, i) => drawCheck(item, result.checks[i], words));
  const flags = box.querySelector("[data-flags]");
  const found = Object.entries(result.flags ?? {});
  flags.hidden = found.length === 0;
  flags.replaceChildren(words.say("flags"), ...found.flatMap(([name, kind], i) => {
    const code = document.createElement("code");
    code.textContent = name;
    return [" ", code, ` = ${number(kind)}${i < found.length - 1 ? "," : ""}`];
  }));
}

function drawCheck(item, check, words) {
  item.className = check.holds ? "agrees" : "differs";
  const mark = Object.assign(document.createElement("span"), { className: "mark", textContent: check.holds ? "✓" : "✗" });
  mark.setAttribute("aria-hidden", "true");
  const text = document.createElement("span");
  const label = document.createElement("span");
  fill(label, words.pick(check.label));
  const says = words.say("deviation", { deviation: size(check.deviation ?? NaN), tolerance: size(check.tolerance) });
  const more = Object.assign(document.createElement("span"), {
    className: "soft", textContent: ` · ${words.say(check.holds ? "agrees" : "differs")} · ${says}`,
  });
  text.append(label, more);
  item.replaceChildren(mark, " ", text);
}

/** As many children as wanted, the old ones kept. */
function match(list, count, tag) {
  while (list.children.length > count) list.lastElementChild.remove();
  while (list.children.length < count) list.append(document.createElement(tag));
  return [...list.children];
}
