// What is filled in on a question's form, in the shape the server reads, or what is missing.
import { say } from "./words.js";

const values = (form, name) => [...form.querySelectorAll(`[name="${name}"]:checked`)].map((input) => input.value);
const numbers = (form, name) => values(form, name).map(Number);

/** @param {HTMLElement} step @returns {{answer: object} | {missing: string, at: HTMLElement | null}} */
export function readAnswer(step) {
  const form = step.querySelector("[data-form]");
  const first = form.querySelector("input:not([type=hidden])");
  const written = form.querySelector("textarea[name=text]")?.value.trim();
  switch (step.dataset.kind) {
    case "recall":
      return { answer: { points: values(form, "points"), ...(written && { text: written }) } };
    case "choice": {
      const options = numbers(form, "option");
      return options.length ? { answer: { options } } : { missing: say("choose_first"), at: first };
    }
    case "cloze": {
      const inputs = [...form.querySelectorAll("[name=blank]")];
      const empty = inputs.find((input) => !input.value.trim());
      return empty ? { missing: say("blanks_first"), at: empty } : { answer: { blanks: inputs.map((input) => input.value.trim()) } };
    }
    case "order":
      return { answer: { order: [...form.querySelectorAll("[data-row]")].map((row) => Number(row.dataset.row)) } };
    default: {
      const typed = form.querySelector("[name=value]");
      if (typed) return typed.value.trim() ? { answer: { value: typed.value.trim() } } : { missing: say("number_first"), at: typed };
      const [option] = numbers(form, "option");
      const at = form.querySelector("[name=option]");
      return option === undefined ? { missing: say("choose_first"), at } : { answer: { option, ...(written && { text: written }) } };
    }
  }
}

/** One's own rating, and how sure one is. @param {HTMLElement} step */
export function readExtras(step) {
  const form = step.querySelector("[data-form]");
  const [rating, confidence] = [numbers(form, "rating")[0], numbers(form, "confidence")[0]];
  return { ...(rating && { rating }), ...(confidence && { confidence }) };
}

/** Everything typed and ticked, to be put back after a reload. @param {HTMLElement} step */
export function readDraft(step) {
  const fields = [...step.querySelectorAll("textarea, input:not([type=hidden])")];
  const order = [...step.querySelectorAll("[data-row]")].map((row) => row.dataset.row);
  return { order, fields: fields.map((field) => (["radio", "checkbox"].includes(field.type) ? field.checked : field.value)) };
}

/** @param {HTMLElement} step @param {{order: string[], fields: (string | boolean)[]} | null} draft */
export function putDraft(step, draft) {
  const fields = [...step.querySelectorAll("textarea, input:not([type=hidden])")];
  if (draft?.fields?.length !== fields.length) return;
  fields.forEach((field, i) => {
    if (typeof draft.fields[i] === "boolean") field.checked = draft.fields[i];
    else if (draft.fields[i] || !field.value) field.value = draft.fields[i];
  });
  for (const id of draft.order) {
    const row = step.querySelector(`[data-row="${CSS.escape(id)}"]`);
    row?.parentElement.append(row);
  }
}
