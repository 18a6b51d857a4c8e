/** A box on a figure that can be taken by pointer, finger or keys. It writes the four knobs x1, y1, x2, y2. */

const CORNERS = ["nw", "ne", "sw", "se"];
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class DragBox {
  /**
   * @param {HTMLElement} box the .plot-box @param {HTMLElement} plot the drawn plot @param {object} words
   * @param {{get: () => number[], set: (box: number[], done: boolean, byKey?: boolean) => void, bounds: number[][]}} knobs
   */
  constructor(box, plot, words, knobs) {
    Object.assign(this, { plot, words, knobs, step: 1 });
    this.layer = Object.assign(document.createElement("div"), { className: "drag-layer" });
    this.body = Object.assign(document.createElement("button"), { type: "button", className: "drag-box" });
    this.help = Object.assign(document.createElement("p"), { className: "visually-hidden", id: `${plot.id}-drag` });
    this.help.textContent = words.say("drag_help");
    this.body.title = words.say("drag_help");
    this.body.setAttribute("aria-describedby", this.help.id);
    this.corners = CORNERS.map((corner) => {
      const handle = Object.assign(document.createElement("span"), { className: "drag-corner" });
      handle.dataset.corner = corner;
      return handle;
    });
    this.layer.append(this.body, ...this.corners, this.help);
    box.append(this.layer);
    this.layer.addEventListener("pointerdown", (event) => this.#grab(event));
    this.body.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Puts the handles where the knobs say. Call after every drawing. */
  place(step = this.step) {
    this.step = step;
    const { xaxis, yaxis } = this.plot._fullLayout;
    const [x1, y1, x2, y2] = this.knobs.get();
    const [left, right] = [x1, x2].map((x) => xaxis._offset + xaxis.l2p(x)).sort((a, b) => a - b);
    const [top, bottom] = [y1, y2].map((y) => yaxis._offset + yaxis.l2p(y)).sort((a, b) => a - b);
    Object.assign(this.body.style, px({ left, top, width: right - left, height: bottom - top }));
    for (const handle of this.corners) {
      const [v, h] = handle.dataset.corner;
      Object.assign(handle.style, px({ left: h === "w" ? left : right, top: v === "n" ? top : bottom }));
    }
    const [a, b, c, d] = [x1, y1, x2, y2].map((value) => Number(value.toFixed(4)));
    this.body.setAttribute("aria-label", this.words.say("drag_box", { x1: a, y1: b, x2: c, y2: d }));
  }

  #grab(event) {
    if (event.button !== 0 || !event.target.closest(".drag-box, .drag-corner")) return;
    event.preventDefault();
    this.body.focus({ preventScroll: true });
    const target = event.target;
    const corner = target.dataset.corner ?? "";
    const start = this.knobs.get();
    const { xaxis, yaxis } = this.plot._fullLayout;
    const unit = [xaxis.p2l(1) - xaxis.p2l(0), yaxis.p2l(1) - yaxis.p2l(0)];
    target.setPointerCapture(event.pointerId);
    const move = ({ clientX, clientY }) =>
      this.#moved(start, (clientX - event.clientX) * unit[0], (clientY - event.clientY) * unit[1], corner, false);
    const end = () => {
      target.removeEventListener("pointermove", move);
      this.knobs.set(this.knobs.get(), true);
    };
    target.addEventListener("pointermove", move);
    target.addEventListener("lostpointercapture", end, { once: true });
  }

  #key(event) {
    const way = KEYS[event.key];
    if (!way || event.metaKey) return;
    event.preventDefault();
    const { xaxis, yaxis } = this.plot._fullLayout;
    const size = this.step * (event.shiftKey ? 8 : 1);
    const signs = [xaxis, yaxis].map((axis) => Math.sign(axis.p2l(1) - axis.p2l(0)));
    const corner = event.ctrlKey || event.altKey ? "se" : "";
    this.#moved(this.knobs.get(), way[0] * size * signs[0], way[1] * size * signs[1], corner, true);
  }

  /** Moves the box, or one corner of it as seen on screen, by (dx, dy) in the picture's units. */
  #moved(start, dx, dy, corner, byKey) {
    const axes = [this.plot._fullLayout.xaxis, this.plot._fullLayout.yaxis];
    const out = [...start];
    [dx, dy].forEach((by, k) => {
      const flipped = axes[k].p2l(1) < axes[k].p2l(0);
      const letters = k ? "ns" : "we";
      const low = letters[flipped ? 1 : 0];
      const moves = corner === "" ? [k, k + 2] : [corner.includes(low) ? k : k + 2];
      const seen = [...axes[k].range].sort((a, b) => a - b);
      let least = -Infinity;
      let most = Infinity;
      for (const i of moves) {
        least = Math.max(least, Math.max(this.knobs.bounds[i][0], seen[0]) - start[i]);
        most = Math.min(most, Math.min(this.knobs.bounds[i][1], seen[1]) - start[i]);
      }
      if (corner !== "") {
        const room = start[k + 2] - start[k] - this.step;
        if (moves[0] === k) most = Math.min(most, room);
        else least = Math.max(least, -room);
      }
      const steps = Math.min(Math.floor(most / this.step + 1e-9), Math.max(Math.ceil(least / this.step - 1e-9), Math.round(by / this.step)));
      for (const i of moves) out[i] = Number((start[i] + steps * this.step).toFixed(6));
    });
    this.knobs.set(out, byKey, byKey);
    this.place();
  }
}

function px(sizes) {
  return Object.fromEntries(Object.entries(sizes).map(([key, value]) => [key, `${value}px`]));
}
