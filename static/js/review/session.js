// What happened since this sitting began, kept for a reload of the page: for undo, for the page at the end, and to ask
// the same question again that was on the screen.

import { now } from "./api.js";

const KEY = "warmup.sitting";
const PAUSE_MS = 30 * 60_000;

/** @typedef {{id: string, key: string, card: string, seed: number, right: boolean, arranged?: boolean}} Done arranged: changed without an answer */

export function makeSession() {
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null"); } catch { /* a new one */ }
  let { since, done, open } = Array.isArray(kept?.done) && Date.now() - kept.at < PAUSE_MS ? kept : fresh();

  function fresh() {
    return { since: null, done: [], open: null };
  }
  function save() {
    try { sessionStorage.setItem(KEY, JSON.stringify({ since, done, open, at: Date.now() })); } catch { /* this page only */ }
  }
  return {
    /** When the first answer was given, by the server's clock. */
    since: () => since ?? now().toISOString(),
    count: () => done.filter((entry) => !entry.arranged).length,
    /** Keys of the items answered. */
    done: () => done.filter((entry) => !entry.arranged).map((entry) => entry.key),
    /** @param {Done} entry */
    add(entry) {
      since ??= now().toISOString();
      done.push(entry);
      open = null;
      save();
    },
    last: () => done.at(-1) ?? null,
    drop(id) { done = done.filter((entry) => entry.id !== id); save(); },
    /** The question on the screen, and whether it came from a card's own quiz. @param {object} question @param {string | null} of */
    asks(question, of) { open = { key: question.key, seed: question.seed, token: question.token, of }; save(); },
    /** What was on the screen before the page was loaded again. @param {string | null} of */
    left: (of) => (open?.of === of ? open : null),
    /** The cards of what went wrong, most often first: [slug, times]. */
    missed() {
      const times = new Map();
      for (const entry of done) if (!entry.right) times.set(entry.card, (times.get(entry.card) ?? 0) + 1);
      return [...times].sort((a, b) => b[1] - a[1]);
    },
    restart() { ({ since, done, open } = fresh()); save(); },
    pause() { open = null; save(); },
  };
}
