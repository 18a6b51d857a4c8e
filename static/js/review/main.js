// The review page: one item at a time. Shows a question, has the answer graded, sends the rating, and is already at the next.
import { api } from "./api.js";
import { makeBar } from "./bar.js";
import { drawEnd } from "./end.js";
import { drawItem } from "./item.js";
import { setUpKeyboard } from "./keyboard.js";
import { makeOutbox } from "./outbox.js";
import { makeSession } from "./session.js";
import { makeSupply } from "./supply.js";
import { card, date, h, keys, lang, pick, say, zone } from "./words.js";

const find = (name) => document.querySelector(`[data-${name}]`);
const stage = find("stage");
const live = find("live");
const announce = (text) => { live.textContent = text; };
const bar = makeBar();
const { notice } = bar;
const session = makeSession();
let current = null;
let busy = false;
let moving = null;

const outbox = makeOutbox({
  changed(waiting, failing) {
    const pending = find("pending");
    pending.hidden = waiting === 0;
    pending.textContent = waiting ? say(failing ? "unsent" : "saving", { n: waiting }) : "";
    pending.classList.toggle("failing", failing);
    if (!failing && stage.querySelector("[data-retry]")) next();
  },
  kept() {},
  async refused(attempt, failure) {
    session.drop(attempt.attempt_id);
    notice(failure.message, true);
    if (failure.status !== 409) return;
    try { supply.back(await api.item(attempt.item, zone)); } catch { return; }
    notice(conflict(failure), true);
    if (!busy && (!current || (!current.touched && current.phase === "asking"))) swap();
  },
});
const supply = makeSupply(outbox, (remaining) => bar.today(remaining, session.count()), session.done());

function show(question, focus = true) {
  const shown = { id: crypto.randomUUID(), at: new Date().toISOString(), from: performance.now() };
  current = Object.assign(drawItem(question, {
    check: (answer) => api.grade({ item: question.key, rev: question.rev, seed: question.seed, answer, duration_ms: elapsed(shown) }).catch((failure) => refusedGrade(question, failure)),
    rate: (rating) => rate(question, shown, rating),
    announce,
    arrange: (action, day) => arrange(question, action, day),
  }), { shown });
  stage.replaceChildren(current.element);
  stage.removeAttribute("aria-busy");
  session.asks(question, card);
  find("finish").hidden = false;
  if (keys.length) bar.deck(supply.left() + 1);
  if (focus) {
    current.focus();
    scrollTo({ top: 0 });
  }
  supply.prefetch(question.key);
}

const elapsed = (shown) => Math.min(Math.round(performance.now() - shown.from), 86_400_000);

/** Why nothing was stored, once the item has been fetched again. */
const conflict = ({ reason, message }) => (reason === "stale" || reason === "changed" ? say(`conflict_${reason}`) : message);

/** An item that changed is loaded again; one that cannot be graded is passed over. */
async function refusedGrade(question, failure) {
  if (failure.status === 409 || failure.status === 404) {
    notice(failure.message, true);
    if (failure.status === 409) await api.item(question.key, zone).then((fresh) => { supply.back(fresh); notice(conflict(failure), true); }, () => {});
    next();
  } else if (failure.status === 422 && !failure.fields.length) {
    supply.pass(question.key);
    notice(failure.message, true);
    next();
  }
  throw failure;
}

function rate(question, shown, rating) {
  if (busy || current?.question !== question || current.phase !== "checked") return;
  const { answer, grade } = current;
  const right = grade.correct === null ? rating >= 3 : grade.correct === 1;
  session.add({ id: shown.id, key: question.key, card: question.card, seed: question.seed, right });
  outbox.add({
    attempt_id: shown.id, item: question.key, rev: question.rev, seed: question.seed, answer, rating, token: question.token, lang, tz: zone,
    confidence: current.confidence(), duration_ms: elapsed(shown), shown_at: shown.at,
  });
  const button = question.buttons[rating - 1];
  announce(say("rated", { name: pick(button.name), interval: pick(button.label) }));
  find("undo").hidden = false;
  notice(null);
  next();
}

const ARRANGED = { bury: "buried", suspend: "suspended", reschedule: "rescheduled", reset: "was_reset", keep: "kept", soon: null };

/** Changes the item on the screen without an answer. What is asked at once (soon, afresh) is shown again, else the next. */
async function arrange(question, action, day) {
  if (busy || current?.question !== question) return;
  busy = true;
  const id = crypto.randomUUID();
  const again = action === "soon" || action === "reset";
  let fresh = null;
  try {
    if (!(await outbox.flush())) return notice(say("offline"), true);
    const target = action === "bury" ? question.card : question.key;
    const handled = await api.handle({ attempt_id: id, item: target, action, day, tz: zone });
    session.add({ id, key: question.key, card: question.card, seed: question.seed, right: true, arranged: true });
    supply.outdated(question.key);
    if (action === "bury" || action === "suspend") find("held").hidden = false;
    if (again) fresh = await api.item(question.key, zone);
    const text = ARRANGED[action] && say(ARRANGED[action], { day: handled.due ? date(handled.due) : "" });
    notice(text);
    announce(text ?? "");
    find("undo").hidden = false;
  } catch (failure) {
    return notice(failure.fields?.[0]?.message ?? failure.message, true);
  } finally {
    busy = false;
  }
  if (fresh) show(fresh);
  else next();
}

/** On to the next question; asked twice, it moves once. */
function next(focus = true) {
  moving ??= advance(focus).finally(() => { moving = null; });
  return moving;
}

async function advance(focus) {
  current = null;
  busy = true;
  const late = setTimeout(() => { stage.setAttribute("aria-busy", "true"); }, 150);
  try {
    const question = await supply.take();
    if (question) show(question, focus);
    else await finish(focus);
  } catch (failure) {
    stage.replaceChildren(h("div", { class: "stuck", role: "alert" }, h("p", {}, failure.message), h("p", { class: "soft" }, say("kept_here")),
      h("p", {}, h("button", { class: "primary", type: "button", "data-retry": true, onclick: () => next() }, say("retry")))));
  } finally {
    clearTimeout(late);
    stage.removeAttribute("aria-busy");
    busy = false;
  }
}

/** Shows what came back instead of what nobody has begun to answer; that one follows. */
async function swap() {
  if (current) supply.later(current.question);
  await next();
}

async function finish(focus = true) {
  await outbox.flush();
  const summary = await api.summary(session.since(), zone);
  current = null;
  session.pause();
  const end = drawEnd(summary, session.missed(), () => {
    session.restart();
    bar.restart();
    if (keys.length) location.href = location.pathname;
    else next();
  });
  stage.replaceChildren(end.element);
  find("finish").hidden = true;
  bar.end();
  if (focus) end.head.focus();
}

async function stop() {
  if (busy) return;
  busy = true;
  try {
    await finish();
  } catch (failure) {
    notice(failure.message, true);
  } finally {
    busy = false;
  }
}

async function undo() {
  const last = session.last();
  if (busy || !last) return;
  busy = true;
  try {
    if (!(await outbox.flush())) return notice(say("undo_offline"), true);
    await api.undo(last.id, zone);
    session.drop(last.id);
    const question = await api.item(last.key, zone, last.seed);
    supply.outdated(last.key);
    if (current && current.question.key !== last.key) supply.later(current.question);
    show(question);
    announce(say("undone"));
    notice(say("undone"));
  } catch (failure) {
    notice(failure.message, true);
  } finally {
    busy = false;
    find("undo").hidden = !session.last();
  }
}

/** A page that is loaded again asks what it asked before. */
async function begin() {
  outbox.flush();
  const open = session.left(card);
  if (open) await supply.resume(open).catch(() => {});
  next(false);
}

find("undo").addEventListener("click", undo);
find("undo").hidden = !session.last();
find("finish").addEventListener("click", stop);
setUpKeyboard({ item: () => current, undo });
begin();
