/** Getting results for a panel: one request in flight, the newest wanted state wins, nothing is ever queued. */

import { Memory, result, stream } from "./ask.js";

export class Runs {
  /**
   * @param {string} api
   * @param {boolean} streams
   * @param {{show: (result: object, settled: boolean) => void, frame: (result: object) => void,
   *   fail: (error: Error, settled: boolean) => void, busy: (on: boolean) => void}} on
   */
  constructor(api, streams, on) {
    Object.assign(this, { api, streams, on, memory: new Memory(), wanted: null, flight: null, refused: null });
  }

  /** Wants the result of a query. settled: the reader let go; until then what is in flight is not thrown away. */
  want(query, settled) {
    this.wanted = { query, settled };
    const known = this.memory.get(query);
    if (known) {
      this.stop();
      this.on.show(known, settled);
    } else if (this.refused?.query === query) {
      this.stop();
      this.on.fail(this.refused.error, settled);
    } else if (!this.flight) {
      if (settled || !this.streams) this.#start();
    } else if (this.flight.query !== query && settled) {
      this.stop();
      this.#start();
    }
  }

  /** Runs the wanted state again (a stopped stream, a failed request). */
  again() {
    if (this.wanted) this.want(this.wanted.query, true);
  }

  stop() {
    this.flight?.control.abort();
    this.flight = null;
    this.on.busy(false);
  }

  async #start() {
    const { query } = this.wanted;
    const control = new AbortController();
    const flight = { query, control };
    this.flight = flight;
    this.on.busy(true);
    try {
      const found = this.streams
        ? await stream(this.api, query, control.signal, (part) => this.flight === flight && this.on.frame(part))
        : await result(this.api, query, control.signal);
      this.memory.set(query, found);
      if (this.flight === flight) this.#landed(query, () => this.on.show(found, this.wanted.settled && this.wanted.query === query));
    } catch (error) {
      if (error.status === 422) this.refused = { query, error };
      if (this.flight === flight) this.#landed(query, (newer) => newer || this.on.fail(error, this.wanted.settled));
    }
  }

  /** The newest state is asked for before the answer just here is drawn: the server works while the page paints. */
  #landed(query, then) {
    this.flight = null;
    const newer = this.wanted.query !== query && !this.memory.get(this.wanted.query);
    if (newer && !this.streams) this.#start();
    else this.on.busy(false);
    then(newer);
  }
}
