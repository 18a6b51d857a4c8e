// What stands above the question: how much is left, and notices.
import { h, keys, say } from "./words.js";

export function makeBar() {
  const left = document.querySelector("[data-left]");
  const progress = document.querySelector("[data-progress]");
  const notices = document.querySelector("[data-notices]");
  let total = keys.length;

  function draw(words, value) {
    left.textContent = words;
    progress.max = Math.max(total, 1);
    progress.value = value;
  }
  return {
    /** The day's queue. @param {{due: number, new: number, minutes: number}} remaining @param {number} done */
    today(remaining, done) {
      const rest = remaining.due + remaining.new;
      total = Math.max(total, rest + done);
      draw(say(rest ? "left" : "last", remaining), done);
    },
    /** A card's own quiz. @param {number} rest items, the one on the screen included */
    deck(rest) {
      total = Math.max(total, rest);
      draw(say("left_card", { n: rest }), total - rest);
    },
    end: () => draw("", progress.max),
    restart() { total = 0; },
    /** @param {string | null} text nothing: takes away what stands there */
    notice(text, warn = false) {
      const close = () => h("button", { class: "quiet", type: "button", "aria-label": say("dismiss"), onclick: () => notices.replaceChildren() }, "✕");
      notices.replaceChildren(...(text ? [h("p", { class: warn ? "notice" : "notice quiet" }, text, close())] : []));
    },
  };
}
