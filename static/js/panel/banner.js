/** What went wrong, above the figures and in plain words, with what to do. The last good figure stays. */

const RETRIES = 3;

export class Banner {
  /** @param {HTMLElement} box role=status @param {object} words @param {() => void} again */
  constructor(box, words, again) {
    Object.assign(this, { box, words, again, timer: 0, tries: 0 });
    addEventListener("online", () => {
      if (this.box.hasChildNodes()) this.again();
    });
  }

  /** @param {string} text @param {number} retryAfter seconds until it is tried again by itself; 0: only by hand */
  show(text, retryAfter = 0, byHand = true) {
    clearTimeout(this.timer);
    const line = document.createElement("p");
    const automatic = retryAfter > 0 && this.tries < RETRIES;
    line.textContent = automatic ? `${text} ${this.words.say("retry_in", { seconds: retryAfter })}` : text;
    const parts = [line];
    if (byHand) {
      const button = Object.assign(document.createElement("button"), { type: "button", textContent: this.words.say("retry") });
      button.addEventListener("click", () => {
        this.tries = 0;
        this.again();
      });
      parts.push(button);
    }
    if (this.box.textContent !== parts.map((part) => part.textContent).join("")) this.box.replaceChildren(...parts);
    if (automatic) {
      this.tries += 1;
      this.timer = setTimeout(this.again, retryAfter * 1000);
    }
  }

  clear() {
    clearTimeout(this.timer);
    this.tries = 0;
    if (this.box.hasChildNodes()) this.box.replaceChildren();
  }
}
