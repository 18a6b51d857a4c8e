// The figures of the progress page: drawn by the code that draws a demo's, each when it comes into view.
import { Figures } from "./panel/figures.js";
import { makeWords } from "./panel/words.js";

const { figures, ...spec } = JSON.parse(document.getElementById("progress-data").textContent);
const words = makeWords(spec);

for (const box of document.querySelectorAll("[data-figures]")) {
  const env = {
    words,
    dragging: () => ({}),
    complain(message) {
      box.querySelector(".plot-box")?.replaceChildren(Object.assign(document.createElement("p"), { className: "soft", textContent: message }));
    },
  };
  new Figures(box, "progress", env).show({ figures: [figures[box.dataset.figures]] }, false);
}

// A fitting under way is over in seconds: look again.
if (document.querySelector("[data-pending]")) setTimeout(() => location.reload(), 5000);
