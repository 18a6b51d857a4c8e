// Requests of the review page. What goes wrong is a Failure: `lost` when no answer came, else the API's own error.
import { pick, say } from "./words.js";

/** @property {boolean} lost nobody answered @property {boolean} later worth sending again, after `wait` seconds */
export class Failure extends Error {
  constructor(status, error = {}, wait = 0) {
    super(error.message ? pick(error.message) : say(status ? "broken" : "offline"));
    this.status = status;
    this.reason = error.reason ?? "";
    this.fields = (error.fields ?? []).map((field) => ({ name: field.name, message: pick(field.message) }));
    this.lost = status === 0;
    this.later = status === 0 || status >= 500 || status === 429;
    this.wait = wait;
  }
}

let ahead = 0;
/** The server's clock, as far as its last answer tells. */
export const now = () => new Date(Date.now() + ahead);

async function request(method, path, body) {
  let reply;
  try {
    reply = await fetch(path, {
      method, body: body && JSON.stringify(body), headers: body && { "content-type": "application/json" }, cache: "no-store",
      signal: AbortSignal.timeout(20_000),
    });
  } catch { throw new Failure(0); }
  const clock = Date.parse(reply.headers.get("date") ?? "");
  if (clock) ahead = clock - Date.now();
  const found = await reply.json().catch(() => null);
  if (!reply.ok) throw new Failure(reply.status, found?.error, Number(reply.headers.get("retry-after")) || 0);
  if (found === null) throw new Failure(502);
  return found;
}

/** Query string; a list gives its name several times. */
function query(values) {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) for (const one of [value].flat()) if (one !== undefined) given.append(name, one);
  return given.toString();
}

export const api = {
  next: (tz, exclude) => request("GET", `/api/review/next?${query({ tz, exclude })}`),
  item: (key, tz, seed) => request("GET", `/api/review/items/${key}?${query({ tz, seed })}`),
  grade: (asked) => request("POST", "/api/review/grade", asked),
  submit: (attempt) => request("POST", "/api/reviews", attempt),
  undo: (id, tz) => request("DELETE", `/api/reviews/${id}?${query({ tz })}`),
  handle: (handling) => request("POST", "/api/review/handlings", handling),
  summary: (since, tz) => request("GET", `/api/review/summary?${query({ since, tz })}`),
};
