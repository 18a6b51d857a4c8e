/** How far a run is: a thin bar for any, and for a stream its fraction, Run and Stop. */

export class Progress {
  /** @param {HTMLElement} root the panel @param {object} words @param {{run: () => void, stop: () => void}} on */
  constructor(root, words, on) {
    const find = (name) => root.querySelector(`[data-${name}]`);
    Object.assign(this, { words, bar: find("runbar"), figures: find("figures"), meter: find("progress"), percent: find("percent"), part: 0 });
    this.run = find("run");
    this.stop = find("stop");
    this.run?.addEventListener("click", on.run);
    this.stop?.addEventListener("click", () => {
      on.stop();
      this.run.focus();
      this.percent.textContent = words.say("stopped", { percent: Math.round(100 * this.part) });
    });
  }

  busy(on) {
    this.bar.classList.toggle("on", on && !this.run);
    this.figures.setAttribute("aria-busy", String(on));
    if (!this.run) return;
    if (on) this.at(0);
    const focused = document.activeElement === (on ? this.run : this.stop);
    this.run.hidden = on;
    this.stop.hidden = !on;
    if (focused) (on ? this.stop : this.run).focus();
  }

  /** @param {number} part 0 to 1 */
  at(part) {
    if (!this.run) return;
    this.part = part;
    this.meter.value = part;
    this.percent.textContent = part >= 1 ? this.words.say("done") : `${Math.floor(100 * part)} %`;
  }
}
