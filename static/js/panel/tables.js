/** The data tables under the figures. The server writes them: fetched when they are open and the settings rest. */

import { ask } from "./ask.js";

export class Tables {
  /** @param {HTMLDetailsElement} details @param {string} address @param {{query: () => string, fail: (error: Error) => void}} on */
  constructor(details, address, on) {
    Object.assign(this, { details, address, on, shown: null });
    details.addEventListener("toggle", () => this.refresh());
  }

  async refresh() {
    const query = this.on.query();
    if (!this.details.open || this.shown === query) return;
    this.shown = query;
    try {
      const response = await ask(`${this.address}${query && `?${query}`}`);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (this.shown !== query) return;
      this.details.querySelector("[data-tables]").replaceChildren(...page.querySelector("main [data-tables]").childNodes);
    } catch (error) {
      this.shown = null;
      this.on.fail(error);
    }
  }
}
