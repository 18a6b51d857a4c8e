// What happened since this sitting began, kept for a reload of the page: for undo and for the page at the end.

import { now } from "./api.js";

const KEY = "warmup.sitting";
const PAUSE_MS = 30 * 60_000;

/** @typedef {{id: string, key: string, card: string, seed: number, right: boolean}} Done */

export function makeSession() {
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(KEY) ?? "null"); } catch { /* a new one */ }
  let { since, done } = kept && Date.now() - kept.at < PAUSE_MS ? kept : fresh();

  function fresh() {
    return { since: null, done: [] };
  }
  function save() {
    try { sessionStorage.setItem(KEY, JSON.stringify({ since, done, at: Date.now() })); } catch { /* this page only */ }
  }
  return {
    /** When the first answer was given, by the server's clock. */
    since: () => since ?? now().toISOString(),
    count: () => done.length,
    /** @param {Done} entry */
    add(entry) {
      since ??= new Date(now().getTime() - 2000).toISOString();
      done.push(entry);
      save();
    },
    last: () => done.at(-1) ?? null,
    drop(id) { done = done.filter((entry) => entry.id !== id); save(); },
    /** The cards of what went wrong, most often first: [slug, times]. */
    missed() {
      const times = new Map();
      for (const entry of done) if (!entry.right) times.set(entry.card, (times.get(entry.card) ?? 0) + 1);
      return [...times].sort((a, b) => b[1] - a[1]);
    },
    restart() { ({ since, done } = fresh()); save(); },
  };
}
