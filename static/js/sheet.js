// The sheet: a picture that the workers had no time for is asked for again; the button prints when all are there.
const TRIES = 20;
const PAUSE_MS = 1500;

/** @param {HTMLImageElement} image resolves when it is there, or will not come */
async function arrived(image) {
  for (let left = TRIES; left > 0; left -= 1) {
    try { await image.decode(); return; } catch {
      await new Promise((resolve) => { setTimeout(resolve, PAUSE_MS); });
      image.src = image.getAttribute("src");
    }
  }
}

const pictures = Promise.all([...document.querySelectorAll("img.plot")].map(arrived));
const button = document.querySelector("[data-print]");
button?.addEventListener("click", async () => {
  button.disabled = true;
  await pictures;
  button.disabled = false;
  window.print();
});
