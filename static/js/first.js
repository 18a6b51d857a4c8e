// The first minute on the home page: commit to a prediction, then the run is fetched and says what holds.

import { typeset } from "./math.js";
import { number } from "./panel/words.js";

const root = document.querySelector("[data-first]");
const spec = JSON.parse(root.querySelector("[data-spec]").textContent);
const form = root.querySelector("form");
const button = form.querySelector("button");
const outcome = root.querySelector("[data-outcome]");
const said = root.querySelector("[data-said]");
const why = root.querySelector("[data-why]");
const label = button.textContent;

form.addEventListener("change", () => { button.disabled = false; });
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const chosen = spec.options[Number(new FormData(form).get("answer"))];
  if (!chosen) return;
  button.disabled = true;
  button.textContent = spec.words.computing;
  try {
    const value = await run();
    form.querySelectorAll("input").forEach((input) => { input.disabled = true; });
    button.hidden = true;
    tell(chosen, value);
  } catch {
    said.className = "said";
    said.textContent = spec.words.failed;
    outcome.hidden = false;
    button.disabled = false;
    button.textContent = label;
  }
});

/** The scalar the prediction is about; infinities come as null and a flag. */
async function run() {
  const reply = await fetch(root.dataset.api);
  if (!reply.ok) throw new Error(String(reply.status));
  const result = await reply.json();
  return { inf: Infinity, "-inf": -Infinity, nan: NaN }[result.flags[spec.scalar]] ?? result.scalars[spec.scalar];
}

function tell(chosen, value) {
  const holds = (chosen.low ?? -Infinity) <= value && value < (chosen.high ?? Infinity);
  said.className = `said ${holds ? "right" : "wrong"}`;
  const computed = document.createElement("b");
  computed.textContent = ` ${spec.words.value.replace("{value}", `${number(value)} ${spec.unit}`.trim())}`;
  said.replaceChildren(`${holds ? "✓" : "✗"} ${holds ? spec.words.right : spec.words.wrong}`, computed);
  why.hidden = holds || !chosen.why;
  why.innerHTML = chosen.why ?? "";  // rendered by the server
  typeset(why);
  outcome.hidden = false;
  outcome.focus();
}
