// The interviewer's page: copies a link.
import { makeCopy } from "../panel/copy.js";

const live = document.querySelector("[data-live]");
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const words = { say: (key) => (key === "copied" ? button.dataset.copied : button.dataset.failed) };
  makeCopy(button, () => field.value, { words, announce: (text) => { live.textContent = text; } });
}
