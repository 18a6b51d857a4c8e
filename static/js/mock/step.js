// One question on the page: its buttons say what happens, nothing is sent by the form itself.
import { typeset } from "../math.js";
import { putDraft, readAnswer, readDraft, readExtras } from "./fields.js";
import { keep, kept } from "./keep.js";
import { enhanceOrder } from "./order.js";
import { id } from "./words.js";

/**
 * @param {HTMLElement} element the [data-step] article
 * @param {{happened: (event: object) => void, answered: (event: object) => Promise<import("./outbox.js").Refused | null>,
 *          done: (step: string, points: string[]) => void}} act
 *   happened: something to store; answered: an answer, and why it was refused, if it was; done: on to the next
 */
export function wireStep(element, act) {
  const step = element.dataset.step;
  const form = element.querySelector("[data-form]");
  const problem = element.querySelector("[data-problem]");
  const prompt = element.querySelector(".prompt");
  const from = performance.now();
  let busy = false;

  const draft = () => keep(id, `draft.${step}`, readDraft(element));
  enhanceOrder(element, draft);
  putDraft(element, kept(id, `draft.${step}`, null));
  const before = kept(id, `shown.${step}`, null);
  for (let level = 1; level <= (before?.hints ?? 0); level++) showHint(level);
  if (before?.revealed && element.dataset.phase === "asking") reveal();
  typeset(element);
  form.addEventListener("input", () => { problem.textContent = ""; draft(); });
  form.addEventListener("change", draft);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = (event.submitter ?? usual())?.dataset.do;
    if (asked === "hint") hint();
    else if (asked === "reveal") tell();
    else if (asked) answer(asked === "skip");
  });

  const usual = () => element.querySelector(element.dataset.phase === "asking" ? "[data-do=reveal], [data-do=answer]" : "[data-do=answer]");
  const shown = (more) => keep(id, `shown.${step}`, { ...kept(id, `shown.${step}`, {}), ...more });

  function showHint(level) {
    element.querySelector(`[data-hint="${level}"]`).hidden = false;
    element.querySelectorAll("[data-do=hint]").forEach((button, i) => { button.hidden = i !== level; });
  }

  function hint() {
    const button = element.querySelector("[data-do=hint]:not([hidden])");
    if (!button || element.dataset.phase !== "asking") return;
    const level = Number(button.value.split("-")[1]);
    showHint(level);
    shown({ hints: level });
    act.happened({ kind: "hint", step, level });
    (element.querySelector("[data-do=hint]:not([hidden])") ?? prompt).focus({ preventScroll: true });
  }

  /** The key points, or the card's answer, beside what was said. */
  function reveal() {
    const said = element.querySelector("[data-said]");
    said.textContent = form.querySelector("textarea").value.trim();
    said.hidden = !said.textContent;
    element.dataset.phase = "ticking";
    element.querySelectorAll("[data-part]").forEach((part) => { part.hidden = part.dataset.part !== "ticking"; });
  }

  function tell() {
    act.happened({ kind: "reveal", step, text: form.querySelector("textarea").value.trim() });
    reveal();
    shown({ revealed: true });
    element.querySelector("[data-part=ticking] input")?.focus({ preventScroll: true });
    element.querySelector(".ticking").scrollIntoView({ block: "nearest" });
  }

  async function answer(skip) {
    const read = skip ? { answer: { skip: true } } : readAnswer(element);
    if (!read.answer) {
      problem.textContent = read.missing;
      read.at?.focus();
      return;
    }
    if (busy) return;
    busy = true;
    form.inert = true;
    const seconds = Math.min(Math.round((performance.now() - from) / 1000), 86_400);
    const refused = await act.answered({ kind: "answer", step, answer: read.answer, seconds, ...(skip ? {} : readExtras(element)) });
    busy = false;
    form.inert = false;
    if (refused) {
      const typed = form.querySelector("[name=value]");
      problem.textContent = refused.field ?? refused.message;
      typed?.setAttribute("aria-invalid", "true");
      (typed ?? usual()).focus();
      return;
    }
    keep(id, `draft.${step}`, null);
    act.done(step, read.answer.points ?? []);
  }

  return {
    step,
    hint,
    go: () => { const button = usual(); if (button) form.requestSubmit(button); },
    pick(n) {
      const inputs = [...element.querySelectorAll("[data-form] :is([name=option], [name=points])")].filter((input) => input.offsetParent);
      const input = inputs[n - 1];
      if (!input) return;
      input.checked = input.type === "radio" || !input.checked;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input.focus();
    },
    focus: () => prompt.focus({ preventScroll: true }),
  };
}
