/** A process, frame by frame: back to the start, back, play, step, a slider over the frames, a speed. Never plays by itself. */

const FRAME_MS = 900;
const SPEEDS = [0.5, 1, 2, 4];
const ICONS = {
  first: "M3 3h2v12H3zM15 3v12L6 9z", step_back: "M12 3v12L4 9zM13 3h2v12h-2z", play: "M4 2v14l12-7z",
  pause: "M4 3h4v12H4zM10 3h4v12h-4z", step: "M3 3h2v12H3zM6 3v12l8-6z",
};

export class Player {
  /** @param {HTMLElement} box @param {string} title @param {object} words @param {(index: number) => void} show */
  constructor(box, title, words, show) {
    Object.assign(this, { box, words, show, index: 0, labels: [], timer: 0 });
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", words.say("player", { title }));
    const buttons = Object.assign(document.createElement("div"), { className: "player-buttons" });
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.play = this.#button("play", () => (this.timer ? this.stop() : this.#start()));
    this.play.hidden = still;
    buttons.append(
      this.#button("first", () => this.#go(0)), this.#button("step_back", () => this.#go(this.index - 1)), this.play,
      this.#button("step", () => this.#go(this.index + 1)),
    );
    this.range = Object.assign(document.createElement("input"), { type: "range", className: "slider", min: 0, step: 1 });
    this.range.setAttribute("aria-label", words.say("frame"));
    this.range.addEventListener("input", (event) => {
      event.stopPropagation();
      this.#go(Number(this.range.value));
    });
    this.speed = document.createElement("select");
    this.speed.setAttribute("aria-label", words.say("speed"));
    this.speed.append(...SPEEDS.map((factor) => new Option(`${factor}×`, factor, factor === 1, factor === 1)));
    this.speed.hidden = still;
    this.label = document.createElement("output");
    box.replaceChildren(buttons, this.range, this.speed, this.label);
  }

  /** New frames; the place is kept where it exists. */
  load(labels, start) {
    const fresh = this.labels.length === 0;
    const atEnd = !fresh && this.index === this.labels.length - 1 && this.index > 0;
    this.labels = labels;
    this.index = fresh ? start : atEnd ? labels.length - 1 : Math.min(this.index, labels.length - 1);
    this.range.max = Math.max(labels.length - 1, 1);
    this.#paint();
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.label.setAttribute("aria-live", "polite");
    this.#face("play");
  }

  #start() {
    if (this.index >= this.labels.length - 1) this.#go(0);
    this.label.setAttribute("aria-live", "off"); // playing is not read out
    this.#face("pause");
    const tick = () => {
      if (!this.box.isConnected || this.index >= this.labels.length - 1) {
        this.stop();
        return;
      }
      this.#move(this.index + 1);
      this.timer = setTimeout(tick, FRAME_MS / Number(this.speed.value));
    };
    this.timer = setTimeout(tick, FRAME_MS / Number(this.speed.value) / 2);
  }

  #go(index) {
    this.stop();
    this.#move(index);
  }

  #move(index) {
    this.index = Math.min(Math.max(index, 0), this.labels.length - 1);
    this.#paint();
    this.show(this.index);
  }

  #paint() {
    this.range.value = this.index;
    const part = this.index / this.range.max;
    this.range.style.setProperty("--at", `calc(9px + ${part} * (100% - 18px))`);
    this.range.setAttribute("aria-valuetext", this.labels[this.index]);
    this.label.textContent = `${this.index + 1}/${this.labels.length} · ${this.labels[this.index]}`;
  }

  #button(key, act) {
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.addEventListener("click", act);
    this.#face(key, button);
    return button;
  }

  #face(key, button = this.play) {
    button.setAttribute("aria-label", this.words.say(key));
    button.title = this.words.say(key);
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 18 18");
    svg.setAttribute("aria-hidden", "true");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", ICONS[key]);
    svg.append(path);
    button.replaceChildren(svg);
  }
}
