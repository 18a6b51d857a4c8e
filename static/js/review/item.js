// One item on the page: the question, its answer field, how sure one is, then the feedback and the four ratings.
import { arrangeMenu, revisedNotice } from "./arrange.js";
import { feedback } from "./feedback.js";
import { fieldOf } from "./kinds.js";
import { picture } from "./picture.js";
import { h, pick, say, sentence, topics } from "./words.js";

const LATE_MS = 400;
const SURE = [["sure", 95], ["unsure", 65], ["guess", 35]];

/**
 * @param {object} question
 * @param {{check: (answer: object) => Promise<object>, rate: (rating: number) => void, announce: (text: string) => void,
 *          arrange: (action: string, day?: string) => void}} act
 *   check: grades an answer (rejects with a Failure); arrange: changes the item without an answer
 */
export function drawItem(question, act) {
  const field = fieldOf(question, act.announce);
  const prompt = field.prompt ? field.element : sentence(h("div"), pick(question.prompt), { card: question.card });
  prompt.id = "prompt";
  prompt.tabIndex = -1;
  prompt.classList.add("prompt");
  const confidence = question.kind === "recall" ? null : sureness();
  const problem = h("p", { class: "problem", role: "alert", id: "problem" });
  const checkButton = h("button", { class: "primary", type: "submit", "data-check": true }, field.check ?? say(question.kind === "predict" ? "commit" : "check"));
  const skipButton = h("button", { class: "quiet", type: "button", "data-skip": true, onclick: () => check(true) }, say("skip"));
  const actions = h("p", { class: "actions" }, checkButton, skipButton);
  const form = h("form", { novalidate: true, "data-answer": true }, !field.prompt && field.element, confidence?.element, problem, actions);
  if (field.prompt) form.prepend(field.element);
  const after = h("section", { class: "after", "aria-label": say("feedback"), "data-feedback": true, hidden: true });
  const element = h("article", { class: "item", "data-item": question.key, "data-kind": question.kind, "data-phase": "asking" },
    h("p", { class: "crumb" }, h("span", {}, topics[question.topic] ?? ""), h("span", {}, say(`kind_${question.kind}`)), question.new && h("span", { class: "new" }, say("new_item"))),
    question.revised && revisedNotice(act.arrange),
    !field.prompt && prompt, question.figure && picture(question.figure), form, after, arrangeMenu(question, act.arrange));
  const item = { element, question, field, phase: "asking", answer: null, grade: null, check, rate: null, touched: false };

  form.addEventListener("input", () => { item.touched = true; problem.textContent = ""; field.number?.removeAttribute("aria-invalid"); });
  form.addEventListener("change", () => { item.touched = true; problem.textContent = ""; });
  form.addEventListener("submit", (event) => { event.preventDefault(); check(false); });
  item.confidence = () => confidence?.value() ?? null;
  item.cycleConfidence = () => confidence?.cycle();
  item.focus = () => {
    const start = field.typeAtOnce && matchMedia("(pointer: fine)").matches;
    (start ? field.focus : prompt).focus({ preventScroll: true });
  };

  async function check(skip) {
    if (item.phase !== "asking") return;
    const answer = skip ? { skip: true } : field.read();
    if (!answer) {
      problem.textContent = field.missing ?? "";
      (field.focus ?? field.rows?.()[0])?.focus();
      return;
    }
    const stood = document.activeElement;
    const wait = waiting();
    try {
      item.grade = await act.check(answer);
    } catch (failure) {
      problem.textContent = failure.fields?.[0]?.message ?? failure.message;
      if (failure.fields?.length) field.number?.setAttribute("aria-invalid", "true");
      wait.over("asking");
      (failure.fields?.length && field.number ? field.number : stood)?.focus({ preventScroll: true });
      return;
    }
    wait.over("checked");
    item.answer = answer;
    show(skip);
  }

  /** While the answer is graded nothing of it can be changed; a server that takes long is said to. */
  function waiting() {
    const label = checkButton.textContent;
    item.phase = element.dataset.phase = "checking";
    form.inert = true;
    const late = setTimeout(() => { checkButton.textContent = say("checking"); act.announce(say("checking")); }, LATE_MS);
    return {
      over(phase) {
        clearTimeout(late);
        item.phase = element.dataset.phase = phase;
        checkButton.textContent = label;
        form.inert = false;
      },
    };
  }

  function show(skip) {
    actions.hidden = true;
    if (confidence) confidence.element.hidden = true;
    form.querySelectorAll("input, textarea, button").forEach((input) => { input.disabled = true; });
    const solution = field.show(item.grade) ?? (skip ? item.grade.answer : null);
    if (field.ticks) rest(skip);
    const drawn = feedback(question, item.grade, solution, (rating) => act.rate(rating));
    after.replaceChildren(...drawn.parts);
    after.hidden = false;
    item.rate = drawn.rate;
    drawn.head.focus({ preventScroll: true });
    after.scrollIntoView({ block: "nearest" });
  }

  /** Ticking key points changes the rating that is suggested. */
  function rest(skip) {
    if (skip) return;
    field.ticks.querySelectorAll("input").forEach((tick) => { tick.disabled = false; });
    let latest = 0;
    field.ticks.addEventListener("change", async () => {
      const mine = ++latest;
      item.answer = field.read();
      const grade = await act.check(item.answer).catch(() => null);
      if (!grade || mine !== latest) return;
      item.grade = grade;
      const drawn = feedback(question, grade, null, (rating) => act.rate(rating));
      after.replaceChildren(...drawn.parts);
      item.rate = drawn.rate;
      act.announce(drawn.head.textContent);
    });
  }
  return item;
}

/** How sure one is, said before the answer is checked; never asked for. */
function sureness() {
  const inputs = SURE.map(([, percent]) => h("input", { type: "radio", name: "confidence", value: percent, autocomplete: "off" }));
  return {
    element: h("fieldset", { class: "sureness", "data-confidence": true }, h("legend", {}, say("confidence")),
      h("div", {}, ...SURE.map(([word], i) => h("label", {}, inputs[i], h("span", {}, say(word)))))),
    value: () => Number(inputs.find((input) => input.checked)?.value ?? NaN) || null,
    cycle() { inputs[(inputs.findIndex((input) => input.checked) + 1) % inputs.length].checked = true; },
  };
}
