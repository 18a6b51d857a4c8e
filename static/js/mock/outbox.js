// Events on their way to the server: kept in this browser until it has them, sent one after the other, in their order.
import { keep, kept } from "./keep.js";
import { id, lang, now, zone } from "./words.js";

const LONGEST_WAIT_S = 20;
const SOON_MS = 4000;

/** What the server said to an event it refused. */
export class Refused extends Error {
  constructor(status, error) {
    super(error?.message?.[lang] ?? String(status));
    this.status = status;
    this.reason = error?.reason ?? "";
    this.field = error?.fields?.[0]?.message?.[lang] ?? null;
  }
}

/** @returns {Promise<"lost" | Refused | null>} null: stored */
async function post(event) {
  let reply;
  try {
    reply = await fetch(`/api/mock/${id}/events?${new URLSearchParams({ tz: zone, lang })}`, {
      method: "POST", body: JSON.stringify(event), headers: { "content-type": "application/json" }, cache: "no-store",
      signal: AbortSignal.timeout(15_000),
    });
  } catch { return "lost"; }
  if (reply.ok) return null;
  if (reply.status >= 500 || reply.status === 429) return "lost";
  return new Refused(reply.status, (await reply.json().catch(() => null))?.error);
}

/**
 * @param {{waiting: (count: number, failing: boolean) => void, refused: (event: object, why: Refused) => object | null}} tell
 *   refused: what to store instead, before all that waits, or nothing
 */
export function makeOutbox(tell) {
  let sending = null;
  let timer = 0;
  let wait = 1;
  const watched = new Map();
  const all = () => kept(id, "outbox", []);
  const whole = (event) => ({ event_id: crypto.randomUUID(), at: now().toISOString(), ...event });

  async function sendAll() {
    clearTimeout(timer);
    for (let event; (event = all()[0]); ) {
      const said = await post(event);
      if (said === "lost") {
        tell.waiting(all().length, true);
        timer = setTimeout(flush, 1000 * wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_S);
        return false;
      }
      wait = 1;
      const own = watched.get(event.event_id);
      watched.delete(event.event_id);
      const instead = said && !own ? tell.refused(event, said) : null;
      keep(id, "outbox", [...(instead ? [whole(instead)] : []), ...all().filter((one) => one.event_id !== event.event_id)]);
      if (own) own(said);
    }
    tell.waiting(0, false);
    return true;
  }

  function flush() {
    sending ??= sendAll().finally(() => { sending = null; });
    return sending;
  }

  addEventListener("online", flush);
  return {
    flush,
    all,
    /**
     * Keeps an event and sends it. @param {object} event
     * @returns {Promise<Refused | null>} why it was refused, if the server says so soon; null when it is stored, or waits
     */
    add(event) {
      const made = whole(event);
      keep(id, "outbox", [...all(), made]);
      return new Promise((resolve) => {
        const late = setTimeout(() => settle(null), SOON_MS);
        function settle(said) {
          clearTimeout(late);
          watched.delete(made.event_id);
          resolve(said);
        }
        watched.set(made.event_id, settle);
        flush().then((sent) => { if (!sent) settle(null); else if (watched.has(made.event_id)) flush(); });
      });
    },
  };
}
