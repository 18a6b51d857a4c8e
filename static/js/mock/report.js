// The report finds the notes that this browser kept.
import { kept } from "./keep.js";

const report = document.querySelector("[data-report]");
for (const place of report.querySelectorAll("[data-note-of]")) {
  const words = kept(report.dataset.report, `note.${place.dataset.noteOf}`, "");
  if (!words) continue;
  place.querySelector("blockquote").textContent = words;
  place.hidden = false;
}
