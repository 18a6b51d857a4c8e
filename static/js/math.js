// Formulas: [data-tex] elements hold TeX as text; KaTeX is loaded only where there is one.
import { glue } from "./glue.js";

const here = new URL(".", import.meta.url);
let loading;

function katex() {
  loading ??= new Promise((resolve, reject) => {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = new URL("../vendor/katex/katex.min.css", here);
    const script = document.createElement("script");
    script.src = new URL("../vendor/katex/katex.min.js", here);
    script.onload = () => resolve(window.katex);
    script.onerror = () => reject(new Error("KaTeX could not be loaded"));
    document.head.append(style, script);
  });
  return loading;
}

/**
 * Sets every formula below an element. The TeX source stays readable if KaTeX cannot be had.
 * @param {ParentNode} root
 */
export async function typeset(root) {
  const formulas = [...root.querySelectorAll("[data-tex]:not([data-set])")];
  if (!formulas.length) return;
  let engine;
  try { engine = await katex(); } catch { return; }
  for (const element of formulas) {
    if (element.dataset.set) continue;
    element.dataset.set = "1";
    const source = element.textContent;
    engine.render(source, element, { displayMode: element.classList.contains("display"), throwOnError: false, output: "htmlAndMathml" });
    if (!element.classList.contains("display")) glue(element);
  }
}
