// The answer field of every kind of item. Each gives: element, read() (the answer, or null when there is none yet),
// pick(n) for a digit key, rows() to move through with j and k, show(grade) for what was right; it may give the solution
// back. focus: the first input; number: the input digits go to.
import { orderField } from "./order.js";
import { h, pick, say, sentence } from "./words.js";

/** @param {object} question @param {(text: string) => void} announce */
export function fieldOf(question, announce) {
  if (question.kind === "cloze") return cloze(question);
  if (question.kind === "order") return orderField(question, announce);
  if (question.kind === "recall") return recall(question);
  return question.typed ? typed(question) : options(question);
}

/** choice, pairs, and predictions with options. */
function options(question) {
  const type = question.several ? "checkbox" : "radio";
  const inputs = question.parts.map((part) => h("input", { type, name: "option", value: part.id, autocomplete: "off" }));
  const rows = question.parts.map((part, i) => h("div", { class: "option" },
    h("label", {}, inputs[i], h("kbd", { "aria-hidden": "true" }, String(i + 1)), sentence(h("span"), pick(part.label), { plain: true }))));
  const chosen = () => inputs.filter((input) => input.checked).map((input) => Number(input.value));
  return {
    element: h("fieldset", { class: "options", "aria-labelledby": "prompt", "aria-describedby": question.several ? "several" : null },
      question.several && h("p", { class: "soft hint", id: "several" }, say("several")), ...rows),
    read() {
      const picked = chosen();
      if (!picked.length) return null;
      return question.kind === "choice" ? { options: picked } : { option: picked[0] };
    },
    missing: say("choose_first"),
    pick(n) {
      const input = inputs[n - 1];
      if (!input || input.disabled) return;
      input.checked = type === "radio" || !input.checked;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    rows: () => inputs,
    show(grade) {
      rows.forEach((row, i) => {
        const detail = grade.details[Number(inputs[i].value)];
        if (!detail) return;
        const verdict = detail.right ? "right" : detail.chosen ? "wrong" : "other";
        row.classList.add(verdict);
        const said = [detail.right ? `✓ ${say("option_right")}` : `✗ ${say("option_wrong")}`, detail.chosen && say("chosen")].filter(Boolean).join(" · ");
        row.append(h("p", { class: "why" }, h("span", { class: "mark" }, said), " ", detail.why ? sentence(h("span"), pick(detail.why), { card: question.card }) : ""));
      });
      return question.kind === "choice" ? null : grade.answer;
    },
  };
}

/** numeric, exercise, and predictions of a number. */
function typed(question) {
  const input = h("input", { type: "text", name: "value", inputmode: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: "200", "aria-labelledby": "prompt", "aria-describedby": "typed-help" });
  return {
    element: h("div", { class: "typed" }, h("p", {}, input, question.unit && h("span", { class: "unit" }, question.unit)), h("p", { class: "soft hint", id: "typed-help" }, question.margin && sentence(h("span"), pick(question.margin), { plain: true }), h("br"), say("number_help"))),
    read: () => (input.value.trim() ? { value: input.value.trim() } : null),
    missing: say("number_first"),
    focus: input,
    number: input,
    show(grade) {
      input.classList.add(grade.correct === 1 ? "right" : "wrong");
      return grade.answer;
    },
  };
}

/** A sentence with its blanks as inputs. */
function cloze(question) {
  const element = sentence(h("div", { class: "cloze" }), pick(question.prompt), { card: question.card });
  const inputs = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const holders = [];
  while (walker.nextNode()) if (walker.currentNode.data.includes("____")) holders.push(walker.currentNode);
  for (const text of holders) {
    text.replaceWith(...text.data.split("____").flatMap((part, i) => {
      if (!i) return [part];
      const input = h("input", { type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: "200", "aria-label": say("blank", { n: inputs.length + 1, of: question.blanks }) });
      inputs.push(input);
      return [input, part];
    }));
  }
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    const empty = inputs.find((input) => !input.value.trim());
    if (empty && event.target !== empty) { event.preventDefault(); empty.focus(); }
  });
  return {
    element,
    prompt: true,
    read: () => (inputs.every((input) => input.value.trim()) ? { blanks: inputs.map((input) => input.value.trim()) } : null),
    missing: say("blanks_first"),
    focus: inputs[0],
    typeAtOnce: true,
    show(grade) {
      inputs.forEach((input, i) => {
        const right = grade.details[i]?.right;
        input.classList.add(right ? "right" : "wrong");
        input.after(h("span", { class: `mark ${right ? "right" : "wrong"}` }, right ? "✓" : "✗", h("span", { class: "visually-hidden" }, say(right ? "option_right" : "option_wrong"))));
      });
      return grade.answer;
    },
  };
}

/** A free answer: said aloud or written, then the key points are ticked. */
function recall(question) {
  const area = h("textarea", { name: "text", rows: "4", maxlength: "4000", id: "said", autocomplete: "off" });
  const ticks = question.parts.map((part) => h("input", { type: "checkbox", value: part.id, autocomplete: "off" }));
  const list = h("fieldset", { class: "points", hidden: true }, h("legend", {}, say("points")),
    ...question.parts.map((part, i) => h("label", {}, ticks[i], sentence(h("span"), pick(part.label), { plain: true }))));
  const written = h("p", {}, h("label", { for: "said" }, say("recall")), area);
  return {
    element: h("div", { class: "recall" }, written, list),
    read: () => ({ points: ticks.filter((tick) => tick.checked).map((tick) => tick.value), ...(area.value.trim() && { text: area.value.trim() }) }),
    check: say("show_points"),
    ticks: list,
    rows: () => (list.hidden ? [] : ticks),
    show() {
      list.hidden = false;
      written.hidden = !area.value.trim();
      return null;
    },
  };
}
