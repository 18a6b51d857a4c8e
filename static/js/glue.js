// Keeps punctuation on the line of the formula it belongs to; the formula itself may still break between its parts.

const AFTER = /^[,.;:!?)\]}%’”，。；：！？）】》」』、]+/;
const BEFORE = /[([{‘“（【《「『]+$/;

/** @param {Element} formula an inline formula that KaTeX has just set */
export function glue(formula) {
  const [before, after] = [formula.previousSibling, formula.nextSibling];
  const open = before?.nodeType === Node.TEXT_NODE && BEFORE.exec(before.data)?.[0];
  const close = after?.nodeType === Node.TEXT_NODE && AFTER.exec(after.data)?.[0];
  if (open) {
    before.data = before.data.slice(0, -open.length);
    attach(formula, open, "prepend");
  }
  if (close) {
    after.data = after.data.slice(close.length);
    attach(formula, close, "append");
  }
}

/** Puts the mark into the formula's first or last unbreakable part. */
function attach(formula, mark, where) {
  const parts = formula.querySelectorAll(".katex-html > .katex-base");
  const part = (where === "append" ? parts[parts.length - 1] : parts[0]) ?? formula;
  const text = document.createElement("span");
  text.className = "glued";
  text.textContent = mark;
  part[where](text);
}
