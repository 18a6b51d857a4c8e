// The mock under way: shows one question after the other from the page's own templates, and stores what happens. Without
// a network it goes on; what happened waits in this browser.
import { plain, typing } from "../keys.js";
import { startClock } from "./clock.js";
import { keep } from "./keep.js";
import { makeNotes } from "./notes.js";
import { makeOutbox } from "./outbox.js";
import { makeRule } from "./rule.js";
import { wireStep } from "./step.js";
import { announce, current as shownFirst, id, rule as given, say } from "./words.js";

const find = (name) => document.querySelector(`[data-${name}]`);
const [stage, done, pending] = [find("stage"), find("done"), find("pending")];
const rule = makeRule(given);
const notes = makeNotes();
let step = null;
let ending = false;

const outbox = makeOutbox({
  waiting(count, failing) {
    const before = pending.classList.contains("failing");
    pending.classList.toggle("failing", failing);
    pending.hidden = !failing && !before;
    pending.textContent = failing ? say(ending ? "report_waits" : "waiting", { n: count }) : before ? say("sent_all") : "";
  },
  refused(event, why) {
    if (why.reason === "moved_on" || why.reason === "ended") reload(say("moved"));
    else if (event.kind === "answer" && !event.answer.skip) {
      announce(say("refused_number"));
      return { kind: "answer", step: event.step, answer: { skip: true }, at: event.at }; // what waits comes after it
    } else {
      pending.hidden = false;
      pending.textContent = say("lost", { message: why.message });
    }
    return null;
  },
});

/** The server knows better where this mock stands. */
function reload(word) {
  announce(word);
  location.reload();
}

const act = {
  happened: (event) => { outbox.add(event).then((refused) => { if (refused) refuse(refused); }); },
  async answered(event) {
    const refused = await outbox.add(event);
    return refused && refuse(refused) ? null : refused;
  },
  done(answered, points) {
    rule.give(answered, points);
    show(rule.current());
  },
};

/** @returns {boolean} whether the page is left because of it */
function refuse(refused) {
  if (refused.status !== 409 && refused.status !== 404) return false;
  reload(say("moved"));
  return true;
}

function show(next) {
  notes.stop();
  stage.querySelector("[data-step]")?.remove();
  done.hidden = next !== null;
  notes.show(next);
  if (next === null) {
    step = null;
    done.querySelector("h2").focus({ preventScroll: true });
    scrollTo({ top: 0 });
    return;
  }
  stage.prepend(find(`template="${CSS.escape(next)}"`).content.cloneNode(true));
  step = wireStep(stage.querySelector("[data-step]"), act);
  step.focus();
  scrollTo({ top: 0 });
}

async function end() {
  ending = true;
  notes.stop();
  await outbox.add({ kind: "end" });
  const wait = async () => ((await outbox.flush()) && !outbox.all().length ? location.reload() : setTimeout(wait, 1500));
  wait();
}

for (const form of document.querySelectorAll("[data-end-form]")) {
  form.addEventListener("submit", (event) => { event.preventDefault(); if (!ending) end(); });
}

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]") || !step) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.target.closest?.("[data-notes]")) {
    event.preventDefault();
    step.go();
    return;
  }
  if (!plain(event) || typing(event.target)) return;
  if (event.key === "h") step.hint();
  else if (/^[1-9]$/.test(event.key)) step.pick(Number(event.key));
  else return;
  event.preventDefault();
});

// What was answered without a network before the page was loaded again.
for (const event of outbox.all()) {
  if (event.kind === "answer") rule.give(event.step, event.answer.points ?? []);
  if (event.kind === "end") ending = true;
}
const first = rule.current();
if (first !== shownFirst) show(first);
else if (first === null) notes.show(null);
else {
  step = wireStep(stage.querySelector("[data-step]"), act);
  notes.show(first);
}
startClock();
keep(id, "seen", Date.now());
if (ending) end();
else if (outbox.all().length) outbox.flush();
