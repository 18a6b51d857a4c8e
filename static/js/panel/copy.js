/** Copying, with an answer that can be seen and heard. */

/** @param {HTMLButtonElement} button @param {() => string} text @param {{words: object, announce: (text: string) => void}} env */
export function makeCopy(button, text, { words, announce }) {
  const label = button.textContent;
  let timer = 0;
  button.addEventListener("click", async () => {
    const done = await copy(text());
    const says = words.say(done ? "copied" : "copy_failed");
    announce(says);
    if (!button.style.minWidth) button.style.minWidth = `${button.offsetWidth}px`;
    button.textContent = done ? `✓ ${says}` : says;
    clearTimeout(timer);
    timer = setTimeout(() => { button.textContent = label; }, done ? 1800 : 5000);
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text });
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy"); // where the clipboard needs https
    area.remove();
    return done;
  }
}
