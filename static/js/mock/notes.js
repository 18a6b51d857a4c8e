// Thinking aloud: notes to each question, typed or spoken, kept in this browser and sent nowhere.
import { keep, kept } from "./keep.js";
import { setUpSpeech } from "./speech.js";
import { id } from "./words.js";

export function makeNotes() {
  const [box, area] = ["notes", "note"].map((name) => document.querySelector(`[data-${name}]`));
  let step = null;
  const save = () => { if (step) keep(id, `note.${step}`, area.value.trim() ? area.value : null); };
  area.addEventListener("input", save);
  const speech = setUpSpeech((words) => {
    area.value = [area.value.trimEnd(), words].filter(Boolean).join("\n");
    area.scrollTop = area.scrollHeight;
    save();
  });
  return {
    /** The notes of this question; none without one. @param {string | null} to */
    show(to) {
      step = to;
      box.hidden = !to;
      area.value = to ? kept(id, `note.${to}`, "") : "";
    },
    stop: () => speech.stop(),
  };
}
