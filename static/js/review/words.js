// The words and facts the page came with (#review-data), and how sentences of the API are put on the page.
import { typeset } from "../math.js";

const data = JSON.parse(document.getElementById("review-data").textContent);

export const { lang, card, keys, titles, topics, runs } = data;
export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
const locale = lang === "zh" ? "zh-CN" : "en-GB";

/** A word of the interface with its {blanks} filled. */
export const say = (key, values = {}) => data.words[key].replace(/\{(\w+)\}/g, (blank, name) => String(values[name] ?? blank));

/** One language of a {zh, en} sentence. */
export const pick = (text) => (text ? text[lang] : "");

/** When something comes back, in the reader's way: "Tue, 24 Nov, 04:00". @param {string} iso */
export function when(iso) {
  const format = { weekday: "short", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(locale, format).format(new Date(iso));
}

/** The day of a moment: "Tue, 24 Nov". @param {string} iso */
export const date = (iso) => new Intl.DateTimeFormat(locale, { weekday: "short", month: "short", day: "numeric" }).format(new Date(iso));

/**
 * An element. attrs: attributes (true: bare, false or null: left out; on…: a listener); children: nodes or text.
 * @param {string} tag @param {Record<string, unknown>} [attrs] @param {...(Node | string | null | false)} children
 */
export function h(tag, attrs = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attrs)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== false && child !== undefined));
  return element;
}

/**
 * Inline HTML of the API (safe) in an element. Citations lead to the card's references; in a label no link stands.
 * @param {HTMLElement} element @param {string} html @param {{card?: string, plain?: boolean}} [where]
 */
export function sentence(element, html, where = {}) {
  element.innerHTML = html;
  for (const link of element.querySelectorAll("a")) {
    if (where.plain) link.replaceWith(...link.childNodes);
    else if (link.getAttribute("href").startsWith("#")) link.href = `/${lang}/cards/${where.card}${link.getAttribute("href")}`;
  }
  typeset(element);
  return element;
}

/** A link to a card. words: what it says, {title} filled in. @param {string} slug @param {string} words */
export function cardLink(slug, words) {
  return h("a", { href: `/${lang}/cards/${slug}` }, words.replace("{title}", titles[slug] ?? slug));
}
