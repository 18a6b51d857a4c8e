// Where questions come from: the day's queue or one card's items. The next one is fetched while this one is answered.
import { api } from "./api.js";
import { keys, zone } from "./words.js";

/** @param {{waiting: () => string[], flush: () => Promise<boolean>}} outbox @param {(remaining: object) => void} tell */
export function makeSupply(outbox, tell) {
  const deck = [...keys];
  const passed = new Set();
  /** Questions to show before anything else: those that came back. */
  const first = [];
  let ahead = null;

  async function fetchOne(except) {
    if (keys.length) {
      const key = deck[0];
      const question = key ? await api.item(key, zone) : null;
      if (question) deck.shift();
      return { question, next_due: null };
    }
    const exclude = [...new Set([...except, ...outbox.waiting(), ...passed])].slice(-50);
    const found = await api.next(zone, exclude);
    tell(found.remaining);
    return found;
  }

  return {
    /** How many of the card's items are left, the ones that came back included; null for the day's queue. */
    left: () => (keys.length ? deck.length + first.length + (ahead?.ready?.question ? 1 : 0) : null),
    /** Asks for the question after this one, once the answers given so far have arrived. */
    prefetch(current) {
      if (ahead) return;
      const mine = { ready: null };
      mine.done = outbox.flush().then(() => fetchOne([current])).then((found) => { mine.ready = found; }, () => { if (ahead === mine) ahead = null; });
      ahead = mine;
    },
    /** The next question, or null when there is none. @returns {Promise<object | null>} */
    async take() {
      if (first.length) return first.shift();
      await ahead?.done;
      const found = ahead?.ready;
      ahead = null;
      if (found?.question) return found.question;
      await outbox.flush();
      return (await fetchOne([])).question;
    },
    /** Puts a question before the others. */
    back: (question) => { first.unshift(question); },
    /** Puts a question after those that came back, before the rest. */
    later: (question) => { first.push(question); },
    /** This item is not to be asked in this session. */
    pass: (key) => { passed.add(key); },
  };
}
