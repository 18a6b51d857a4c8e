// What an answer came to: the verdict, the right answer, why; then the ratings, each with the interval it stands for.
import { cardLink, h, lang, pick, place, runs, say, sentence } from "./words.js";

/**
 * @param {object} question @param {object} grade @param {{zh: string, en: string} | null} solution the right answer, if it is to be said
 * @param {(rating: number) => void} rate
 * @returns {{parts: Node[], head: HTMLElement, rate: (rating?: number) => boolean}} rate without a number: the suggested one
 */
export function feedback(question, grade, solution, rate) {
  const { mark, tone } = tones(grade);
  const [, verdict, rest] = /^([^。.]*[。.])\s*([\s\S]*)$/.exec(pick(grade.feedback)) ?? [null, pick(grade.feedback), ""];
  const words = { card: question.card };
  const head = h("h2", { class: `verdict ${tone}`, tabindex: "-1", "data-correct": grade.correct ?? "" }, mark && h("span", { "aria-hidden": "true" }, `${mark} `), sentence(h("span"), verdict, words));
  const run = runLink(question);
  const parts = [
    head,
    solution && h("p", { class: "solution" }, h("span", { class: "soft" }, say(question.kind === "predict" ? "computed" : "answer")), " ", sentence(h("b"), pick(solution), words)),
    grade.mistake && h("p", { class: "slip" }, say("mistake")),
    rest && sentence(h("p", { class: "because" }), rest, words),
    question.own && ownAnswer(question, grade),
    h("p", { class: "further" }, run, question.own ? h("a", { href: place(question.card) }, say("own_open")) : cardLink(question.card, say("card"))),
    ratings(question, grade, rate),
  ].filter(Boolean);
  return {
    parts,
    head,
    rate(rating = grade.suggested_rating) {
      if (rating > grade.max_rating) return false;
      rate(rating);
      return true;
    },
  };
}

/** What one has written to a question of one's own. */
function ownAnswer(question, grade) {
  if (!grade.passage) return h("p", { class: "notice", "data-own-none": true }, say("own_none"), " ", h("a", { href: place(question.card) }, say("own_write")));
  return sentence(h("div", { class: "prose own-answer", "data-own-answer": true }), pick(grade.passage), { card: question.card });
}

function tones(grade) {
  if (grade.correct === null) return { mark: null, tone: "neutral" };
  if (grade.correct === 1) return { mark: "✓", tone: "good" };
  return grade.correct > 0 ? { mark: "≈", tone: "partly" } : { mark: "✗", tone: "bad" };
}

function runLink(question) {
  if (!question.demo) return null;
  if (!question.preset) return h("a", { href: `/${lang}/demos/${question.demo}`, "data-run": true }, say("demo"));
  const knobs = runs[`${question.demo}/${question.preset}`];
  return h("a", { href: `/${lang}/demos/${question.demo}${knobs ? `?${knobs}` : ""}`, "data-run": true }, say("run"));
}

/** Four buttons; those that would say more than the answer showed are closed, and say why. */
function ratings(question, grade, rate) {
  const capped = grade.max_rating < 4;
  const buttons = question.buttons.map((button) => {
    const suggested = button.rating === grade.suggested_rating;
    return h("button", {
      type: "button", class: suggested ? "rating primary" : "rating", "data-rating": button.rating, "data-suggested": suggested,
      disabled: button.rating > grade.max_rating, "aria-describedby": button.rating > grade.max_rating ? "capped" : suggested ? "suggested" : null,
      onclick: () => rate(button.rating),
    }, h("kbd", { "aria-hidden": "true" }, String(button.rating)), h("b", {}, pick(button.name)), h("span", {}, pick(button.label)));
  });
  const highest = question.buttons[grade.max_rating - 1];
  return h("div", { class: "rate" },
    h("p", { class: "soft", id: "rate-label" }, say("rate")),
    h("div", { class: "ratings", role: "group", "aria-labelledby": "rate-label" }, ...buttons),
    h("p", { class: "visually-hidden", id: "suggested" }, say("suggested")),
    capped && h("p", { class: "soft hint", id: "capped" }, say("capped", { name: pick(highest.name) })));
}
