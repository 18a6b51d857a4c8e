// Changing a question without answering it: a small menu on every item, and the choice an item that was revised asks for.
import { h, say } from "./words.js";

/** @param {object} question @param {(action: string, day?: string) => void} act */
export function arrangeMenu(question, act) {
  const tomorrow = new Date(Date.now() + 86_400_000).toLocaleDateString("sv");
  const day = h("input", { type: "date", name: "day", min: tomorrow, value: tomorrow, id: "arrange-day" });
  const button = (action, word) => h("button", { class: "quiet", type: "button", "data-arrange": action, onclick: () => act(action) }, say(word));
  const asked = !question.new && !question.revised;
  return h("details", { class: "arrange", "data-arrange-menu": true }, h("summary", {}, say("more")),
    h("div", {}, button("bury", "bury"), button("suspend", "suspend"), asked && button("reset", "reset"),
      asked && h("p", {}, h("label", { for: "arrange-day" }, say("reschedule")), day,
        h("button", { type: "button", "data-arrange": "reschedule", onclick: () => { if (day.value && day.reportValidity()) act("reschedule", day.value); } }, say("reschedule_set")))));
}

/** What becomes of the memory of an item that was revised. @param {(action: string) => void} act */
export function revisedNotice(act) {
  const button = (action, word) => h("button", { type: "button", "data-arrange": action, onclick: () => act(action) }, say(word));
  return h("div", { class: "notice revised", "data-revised": true }, h("p", {}, say("revised")), h("p", { class: "actions" }, button("keep", "keep"), button("soon", "soon"), button("reset", "afresh")));
}
