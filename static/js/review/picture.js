// The figure of a question (a pair): drawn by the same code as a demo's, loaded only when there is one.
import { h, lang, say } from "./words.js";

const WORDS = { no_plot: () => say("no_plot") };

/** @param {object} figure as in a demo's result @returns {HTMLElement} its place; the figure comes into it */
export function picture(figure) {
  const box = h("div", { class: "figures waiting", "data-picture": true });
  draw(box, figure);
  return h("section", { class: "picture" }, h("h2", { class: "visually-hidden" }, say("figure")), box);
}

async function draw(box, figure) {
  const env = {
    words: { lang, say: (key) => WORDS[key]?.() ?? "", pick: (text) => (text && typeof text === "object" && "zh" in text ? text[lang] : text) },
    dragging: () => ({}),
    complain(text) { box.replaceChildren(h("p", { class: "soft" }, text)); },
  };
  const { Figures } = await import("../panel/figures.js");
  await new Figures(box, "picture", env).show({ figures: [figure] }, false);
}
