// The clock. It runs by the server's start, so a reload changes nothing; when the time is up it says so and stops nobody.
import { announce, ends, now, say, started } from "./words.js";

const find = (name) => document.querySelector(`[data-${name}]`);
const SOON_S = 300;

function spell(seconds) {
  const whole = Math.abs(Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function startClock() {
  const [clock, time, bar, note] = [find("clock"), find("time"), find("bar"), find("time-up")];
  let before = null;

  function tick() {
    const left = (Date.parse(ends) - now()) / 1000;
    time.textContent = say(left > 0 ? "left_for" : "over_for", { time: spell(left) });
    clock.classList.toggle("soon", left > 0 && left <= SOON_S);
    clock.classList.toggle("over", left <= 0);
    bar.value = (now() - Date.parse(started)) / 1000;
    if (before !== null && before > SOON_S && left <= SOON_S && left > 0) announce(say("five_left"));
    if (left <= 0) note.hidden = false;
    before = left;
  }
  tick();
  setInterval(tick, 1000);
}
