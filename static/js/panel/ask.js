/** Asking the server: results with a memory in the page, runs that stream, and what went wrong as one kind of error. */

const REMEMBERED = 48;

/** status 0: the server did not answer. fields: [{name, message}]; message is {zh, en} or absent. */
export class AskError extends Error {
  constructor(status, { code = "", message = null, fields = [] } = {}, retryAfter = 0) {
    super(`${status} ${code}`);
    Object.assign(this, { status, code, text: message, fields, retryAfter });
  }
}

/** The last results by query, so that a slider dragged back asks nobody. */
export class Memory {
  #kept = new Map();

  get(query) {
    const found = this.#kept.get(query);
    if (found) {
      this.#kept.delete(query);
      this.#kept.set(query, found);
    }
    return found;
  }

  set(query, result) {
    this.#kept.delete(query);
    this.#kept.set(query, result);
    if (this.#kept.size > REMEMBERED) this.#kept.delete(this.#kept.keys().next().value);
  }
}

/** One finished result. Raises AskError, or AbortError when `signal` says stop. */
export async function result(api, query, signal) {
  const response = await ask(`${api}/result${query && `?${query}`}`, signal);
  try {
    return await response.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new AskError(0);
  }
}

/** A run as it goes: each partial result to `onFrame`, the last one returned. Aborting `signal` stops the worker. */
export async function stream(api, query, signal, onFrame) {
  const response = await ask(`${api}/stream${query && `?${query}`}`, signal);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read().catch((error) => {
      if (error.name === "AbortError") throw error;
      throw new AskError(0);
    });
    if (done) throw new AskError(0);
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const [index, event] of events.entries()) {
      const kind = /^event: (\w+)/m.exec(event)?.[1];
      if (kind === "frame" && index < events.length - 1 && events[index + 1].startsWith("event: frame")) continue;
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (kind === "frame") onFrame(JSON.parse(data));
      if (kind === "done") return JSON.parse(data);
      if (kind === "failed") {
        const failure = JSON.parse(data);
        throw new AskError(failure.status, failure, failure.status === 503 ? 1 : 0);
      }
    }
  }
}

/** GET that fails in one way only. */
export async function ask(address, signal) {
  let response;
  try {
    response = await fetch(address, { signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new AskError(0);
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => ({}));
  throw new AskError(response.status, body.error, Number(response.headers.get("retry-after")));
}
