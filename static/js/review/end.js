// The end of a sitting, and the page when nothing is due.
import { card, cardLink, h, lang, say, when } from "./words.js";

/**
 * @param {object} summary of /api/review/summary @param {[string, number][]} missed cards and how often
 * @param {() => void} goOn asks again
 */
export function drawEnd(summary, missed, goOn) {
  const left = summary.remaining.due + summary.remaining.new;
  const some = summary.reviewed > 0;
  const head = h("h2", { tabindex: "-1" }, say(some ? "end" : left ? "ready" : "nothing"));
  const counts = [["reviewed", summary.reviewed], ["right", summary.right], ["minutes", summary.minutes < 1 ? "< 1" : Math.round(summary.minutes)], ["again_soon", summary.again_soon]];
  return {
    head,
    element: h("article", { class: "end", "data-end": some ? "done" : "empty" },
      head,
      some && h("dl", { class: "tally" }, ...counts.map(([name, value]) => h("div", {}, h("dt", {}, say(name)), h("dd", { [`data-${name}`]: true }, String(value))))),
      h("p", { class: "lead" }, left ? say("left_over", { n: left }) : summary.next_due ? say("next_due", { time: when(summary.next_due) }) : say("none_waits")),
      missed.length > 0 && h("section", { "aria-labelledby": "missed" }, h("h3", { id: "missed" }, say("missed")),
        h("ul", { class: "missed", "data-move": true }, ...missed.map(([slug, times]) => h("li", {}, cardLink(slug, "{title}"), h("span", { class: "soft" }, say("times", { n: times })))))),
      h("p", { class: "actions" },
        left > 0 && h("button", { class: "primary", type: "button", "data-go-on": true, onclick: goOn }, say("go_on")),
        card && Object.assign(cardLink(card, say("back_to_card")), { className: "button" }),
        h("a", { class: "button", href: `/${lang}/cards` }, say("read_new")),
        h("a", { class: "button", href: `/${lang}/demos` }, say("see_demos")))),
  };
}
