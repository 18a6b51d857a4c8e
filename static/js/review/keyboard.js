// The keyboard of a review: digits, Space and Enter, j/k and arrows, s, c, z. Nothing is taken from somebody who types.
import { plain, typing } from "../keys.js";

const TWICE_MS = 400;

/** @param {{item: () => object | null, undo: () => void}} page */
export function setUpKeyboard(page) {
  const twice = pressedTwice(page.item);
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (twice(event)) { event.preventDefault(); return; }
    if (event.repeat) return;
    const item = page.item();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && item?.phase === "asking") {
      event.preventDefault();
      item.check(false);
      return;
    }
    if (!plain(event) || typing(event.target)) return;
    if (event.key === "z") page.undo();
    else if (!item || item.phase === "checking" || !(item.phase === "checked" ? checked : asking)(item, event)) return;
    event.preventDefault();
  });
}

/**
 * Whether a key is the one just pressed, again or still, although the page has moved on since: it was not meant for what
 * stands there now. @param {() => object | null} item
 */
function pressedTwice(item) {
  let last = { key: "" };
  return (event) => {
    if (event.key.length > 1 && event.key !== "Enter") return false;
    const now = item();
    const soon = event.repeat || event.timeStamp - last.at < TWICE_MS;
    if (event.key === last.key && soon && (now !== last.item || now?.phase !== last.phase)) return true;
    if (!event.repeat) last = { key: event.key, at: event.timeStamp, item: now, phase: now?.phase };
    return false;
  };
}

/** What Space and Enter already do something to. */
function acts(target, key) {
  if (!(target instanceof Element)) return false;
  if (target.closest("button, a[href], summary")) return true;
  return key === " " && target.matches("input[type=checkbox], input[type=radio]:not(:checked)");
}

/** @returns {boolean} whether the key was used */
function asking(item, event) {
  const { key, target } = event;
  if (/^[0-9.+-]$/.test(key) && item.field.number) {
    item.field.number.focus();  // the character is then typed there
    return false;
  }
  if (/^[1-9]$/.test(key) && item.field.pick) item.field.pick(Number(key));
  else if ((key === " " || key === "Enter") && !acts(target, key)) item.check(false);
  else if (key === "s") item.check(true);
  else if (key === "c") item.cycleConfidence();
  else return move(item, event);
  return true;
}

function checked(item, event) {
  const { key, target } = event;
  if (/^[1-4]$/.test(key)) return item.rate(Number(key));
  if ((key === " " || key === "Enter") && !acts(target, key)) return item.rate();
  return move(item, event);
}

/** Focus through the rows of the answer field; arrows stay with radio buttons, which know what to do. */
function move(item, { key, target }) {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
  if (!step || (key.startsWith("Arrow") && target.matches?.("input[type=radio]"))) return false;
  const rows = (item.field.rows?.() ?? []).filter((row) => !row.disabled);
  if (!rows.length) return false;
  const now = rows.findIndex((row) => row === target || row.contains(target));
  if (key.startsWith("Arrow") && now < 0) return false;  // the page scrolls
  rows[now < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(now + step, 0), rows.length - 1)].focus();
  return true;
}
