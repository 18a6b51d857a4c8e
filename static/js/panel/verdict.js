/** Whether a prediction holds, and how far off it is. Mirrors app/kit/demo.py: Option.holds and Prediction. */

import { fill } from "./maths.js";
import { number } from "./words.js";

const FLAGS = { nan: NaN, inf: Infinity, "-inf": -Infinity };

/** @returns {{value: number, right: boolean, chosen?: object, answer?: object}} */
export function judge(prediction, made) {
  const value = typeof made.value === "string" ? FLAGS[made.value] : made.value;
  if (prediction.options.length) {
    const holds = ({ low, high }) => (low === null || low <= value) && (high === null || value < high);
    const chosen = prediction.options[made.answer];
    return { value, chosen, right: holds(chosen), answer: prediction.options.find(holds) };
  }
  if (!prediction.log) return { value, right: Math.abs(made.answer - value) <= prediction.within * Math.abs(value) };
  const factor = made.answer / value;
  return { value, right: factor > 0 && Math.max(factor, 1 / factor) <= prediction.within };
}

/** @param {HTMLElement} box @param {{again: () => void, next: (() => void) | null}} on */
export function drawVerdict(box, prediction, judged, made, words, on) {
  const line = make("p", `verdict-line ${judged.right ? "right" : "missed"}`);
  const mark = make("span", "", judged.right ? "✓" : "✗");
  mark.setAttribute("aria-hidden", "true");
  line.append(mark, make("span", "", words.say(judged.right ? "holds" : "fails")));
  const list = make("dl");
  for (const [key, text] of rows(prediction, judged, made, words)) {
    const pair = make("div");
    pair.append(make("dt", "", words.say(key)), make("dd", "", text));
    list.append(pair);
  }
  const parts = [line, list];
  if (!judged.right && judged.chosen?.why) parts.push(said(words.pick(judged.chosen.why)));
  parts.push(said(words.pick(prediction.explain)));
  if (!judged.right && made.confidence === "high") parts.push(make("p", "soft", words.say("sure_wrong")));
  const actions = make("p", "verdict-actions");
  if (on.next) actions.append(button(words.say("next_prediction"), "button", on.next));
  actions.append(button(words.say("answer_again"), "quiet", on.again));
  box.replaceChildren(...parts, actions);
}

function rows(prediction, judged, made, words) {
  const unit = prediction.unit ? ` ${prediction.unit}` : "";
  const computed = ["computed", number(judged.value) + unit];
  if (prediction.options.length) {
    const out = [["said", words.pick(judged.chosen.label)], computed];
    if (!judged.right && judged.answer) out.push(["answer", words.pick(judged.answer.label)]);
    return out;
  }
  return [["said", number(made.answer) + unit], computed, ["gap", gap(prediction, made.answer, judged.value, words)]];
}

function gap({ log, unit }, said, value, words) {
  if (said === value) return words.say("exactly");
  const factor = said / value;
  if (log && factor > 0) {
    const times = number(Math.max(factor, 1 / factor), 2);
    return words.say(factor > 1 ? "times_high" : "times_low", { factor: times });
  }
  if (value !== 0 && Number.isFinite(value)) {
    const percent = number((100 * Math.abs(said - value)) / Math.abs(value), 2);
    return words.say(said > value ? "percent_high" : "percent_low", { percent });
  }
  return `${number(said - value)}${unit ? ` ${unit}` : ""}`;
}

function said(text) {
  const p = make("p");
  fill(p, text);
  return p;
}

function button(text, className, act) {
  const element = make("button", className, text);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
}

function make(tag, className = "", text = "") {
  return Object.assign(document.createElement(tag), { className, textContent: text });
}
