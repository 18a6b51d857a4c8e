/** Glossary terms: hovering shows the note beside the word; a press or the keyboard opens it by the page's own popover. */

const OPEN_MS = 250;
const CLOSE_MS = 200;
const GAP = 8;

/** Puts the note under its word, above it where there is no room, always within the window. */
function place(word, note) {
  note.classList.add("placed");
  const box = word.getBoundingClientRect();
  const { width, height } = note.getBoundingClientRect();
  const below = box.bottom + GAP + height <= innerHeight || box.top < height + GAP;
  note.style.left = `${Math.max(GAP, Math.min(box.left, innerWidth - width - GAP))}px`;
  note.style.top = `${Math.max(GAP, below ? box.bottom + GAP : box.top - GAP - height)}px`;
}

for (const word of document.querySelectorAll("[popovertarget^='term-']")) {
  const note = document.getElementById(word.getAttribute("popovertarget"));
  if (!note) continue;
  let timer = 0;
  let hovered = false;
  const later = (what, wait) => { clearTimeout(timer); timer = setTimeout(what, wait); };
  note.addEventListener("toggle", (event) => {
    if (event.newState === "open") place(word, note);
    else hovered = false;
  });
  word.addEventListener("pointerenter", (event) => {
    if (event.pointerType !== "mouse") return;
    later(() => {
      if (note.matches(":popover-open")) return;
      hovered = true;
      note.showPopover();
    }, OPEN_MS);
  });
  const leave = () => later(() => { if (hovered && note.matches(":popover-open")) note.hidePopover(); }, CLOSE_MS);
  word.addEventListener("pointerleave", leave);
  note.addEventListener("pointerleave", leave);
  note.addEventListener("pointerenter", () => clearTimeout(timer));
  word.addEventListener("click", (event) => {
    clearTimeout(timer);
    if (hovered && note.matches(":popover-open")) {  // already shown by hovering: a press keeps it
      event.preventDefault();
      hovered = false;
    }
  });
}

addEventListener("scroll", () => {
  for (const note of document.querySelectorAll(".term-note:popover-open")) note.hidePopover();
}, { passive: true });
