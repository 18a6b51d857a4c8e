// Spoken notes, where the browser has a recogniser. On the device if it can do that; where it may not, the page says so.
import { lang, say } from "./words.js";

const Recogniser = window.SpeechRecognition ?? window.webkitSpeechRecognition;
const LANGUAGE = { zh: "zh-CN", en: "en-GB" }[lang];

/** Whether speech stays on this device. */
async function local() {
  try {
    return (await Recogniser.available({ langs: [LANGUAGE], processLocally: true })) === "available";
  } catch { return false; }
}

/** @param {(words: string) => void} heard a sentence that is final */
export function setUpSpeech(heard) {
  const [box, button, interim, where] = ["speak", "listen", "heard", "where"].map((name) => document.querySelector(`[data-${name}]`));
  if (!Recogniser) return { stop() {} };
  let running = null;
  let here = false;
  box.hidden = false;
  local().then((yes) => {
    here = yes;
    where.hidden = false;
    where.textContent = say(yes ? "listen_local" : "listen_away");
  });

  function end(word) {
    running = null;
    button.setAttribute("aria-pressed", "false");
    button.textContent = say("listen");
    interim.textContent = word ? say(word) : "";
  }

  function start() {
    const recogniser = new Recogniser();
    Object.assign(recogniser, { lang: LANGUAGE, continuous: true, interimResults: true, processLocally: here });
    let failure = "";
    recogniser.onresult = (event) => {
      let soon = "";
      for (let i = event.resultIndex; i < event.results.length; i++) {
        const words = event.results[i][0].transcript.trim();
        if (event.results[i].isFinal) heard(words);
        else soon += words;
      }
      interim.textContent = soon;
    };
    recogniser.onerror = (event) => {
      if (event.error !== "aborted") failure = ["not-allowed", "service-not-allowed", "audio-capture"].includes(event.error) ? "listen_denied" : "listen_failed";
    };
    recogniser.onend = () => { if (running === recogniser) end(failure); };
    running = recogniser;
    button.setAttribute("aria-pressed", "true");
    button.textContent = say("listening");
    interim.textContent = "";
    try { recogniser.start(); } catch { end("listen_failed"); }
  }

  const stop = () => { running?.stop(); };
  button.addEventListener("click", () => (running ? stop() : start()));
  return { stop };
}
