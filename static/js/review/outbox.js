// Reviews on their way to the server: kept on this device until it has them, sent one after the other, again after a failure.
import { api } from "./api.js";

const KEY = "warmup.outbox";
const LONGEST_WAIT_S = 30;

/** A list in localStorage, or in memory where storage is refused. */
function stored() {
  let list = [];
  let refused = false;
  function read() {
    if (refused) return list;
    try { return [JSON.parse(localStorage.getItem(KEY) ?? "[]")].flat().filter((attempt) => attempt?.attempt_id); } catch { return list; }
  }
  return {
    all: () => (list = read()),
    write(next) {
      list = next;
      try {
        localStorage.setItem(KEY, JSON.stringify(next));
        refused = false;
      } catch { refused = true; }
    },
  };
}

/**
 * @param {{changed: (waiting: number, failing: boolean) => void, kept: (attempt: object, reviewed: object) => void,
 *          refused: (attempt: object, failure: import("./api.js").Failure) => void}} tell
 */
export function makeOutbox(tell) {
  const store = stored();
  let sending = null;
  let timer = 0;
  let wait = 1;

  const without = (id) => store.write(store.all().filter((attempt) => attempt.attempt_id !== id));

  async function sendAll() {
    clearTimeout(timer);
    for (let attempt; (attempt = store.all()[0]); ) {
      try {
        const reviewed = await api.submit(attempt);
        without(attempt.attempt_id);
        wait = 1;
        tell.kept(attempt, reviewed);
      } catch (failure) {
        if (failure.later) {
          tell.changed(store.all().length, true);
          timer = setTimeout(flush, 1000 * Math.max(wait, failure.wait));
          wait = Math.min(wait * 2, LONGEST_WAIT_S);
          return false;
        }
        without(attempt.attempt_id);
        tell.refused(attempt, failure);
      }
      tell.changed(store.all().length, false);
    }
    return true;
  }

  /** Sends what waits. @returns {Promise<boolean>} whether nothing waits any more */
  function flush() {
    sending ??= sendAll().finally(() => { sending = null; });
    return sending;
  }

  addEventListener("online", flush);
  return {
    flush,
    /** @param {object} attempt */
    add(attempt) {
      store.write([...store.all(), attempt]);
      tell.changed(store.all().length, false);
      return flush();
    },
    waiting: () => store.all().map((attempt) => attempt.item),
  };
}
