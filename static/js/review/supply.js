// Where questions come from: the day's queue or one card's items. The next one is fetched while this one is answered.
import { api } from "./api.js";
import { keys, zone } from "./words.js";

/**
 * @param {{waiting: () => string[], flush: () => Promise<boolean>}} outbox @param {(remaining: object) => void} tell
 * @param {string[]} done items answered before the page was loaded again: a card's quiz goes on where it was
 */
export function makeSupply(outbox, tell, done) {
  const deck = keys.filter((key) => !done.includes(key));
  if (!deck.length) deck.push(...keys);
  const passed = new Set();
  /** Questions to show before anything else: those that came back. */
  let first = [];
  let ahead = null;

  async function fetchOne(except) {
    if (keys.length) {
      while (deck.length) {
        try {
          const question = await api.item(deck[0], zone);
          deck.shift();
          return { question };
        } catch (failure) {
          if (failure.status !== 404) throw failure;
          deck.shift();  // gone since the page was loaded
        }
      }
      return { question: null };
    }
    const exclude = [...new Set([...except, ...first.map((question) => question.key), ...outbox.waiting(), ...passed])].slice(-50);
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
      if (first.length) {
        if (!keys.length) ahead = null;  // what follows, and how much is left, is asked again
        return first.shift();
      }
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
    /** What was fetched of this item is out of date: its state has changed. */
    outdated(key) {
      first = first.filter((question) => question.key !== key);
      if (!keys.length) ahead = null;
    },
    /** Asks what stood on the page before it was loaded again, if nothing has changed since. @param {{key: string, seed: number, token: string}} open */
    async resume(open) {
      const question = await api.item(open.key, zone, open.seed);
      if (question.token !== open.token) return;
      if (deck.includes(open.key)) deck.splice(deck.indexOf(open.key), 1);
      first.unshift(question);
    },
    /** This item is not to be asked in this session. */
    pass: (key) => { passed.add(key); },
  };
}
