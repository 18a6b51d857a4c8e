/** The address follows the settings: replaced while they move, one new entry in the history when they rest. */

const THROTTLE_MS = 400; // browsers refuse floods of replaceState

export class Address {
  /** @param {string} query the state the page was opened with @param {(query: string) => void} onBack */
  constructor(query, onBack) {
    Object.assign(this, { committed: query, last: 0 });
    if (location.search.slice(1) !== query) history.replaceState(history.state, "", at(query));
    addEventListener("popstate", () => {
      if (location.search.slice(1) === this.committed) return; // a jump within the page
      this.committed = location.search.slice(1);
      onBack(this.committed);
    });
  }

  moving(query) {
    if (Date.now() - this.last < THROTTLE_MS) return;
    this.last = Date.now();
    history.replaceState(history.state, "", at(query));
  }

  rest(query) {
    if (query === this.committed) {
      history.replaceState(history.state, "", at(query));
      return;
    }
    history.replaceState(history.state, "", at(this.committed));
    history.pushState(null, "", at(query));
    this.committed = query;
  }
}

function at(query) {
  return `${location.pathname}${query && `?${query}`}${location.hash}`;
}
