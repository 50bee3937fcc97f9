/** The one way to the server: JSON in and out, the CSRF word, errors as `ApiError`. */
import { boot } from "./boot.js";
import { has, keepTerms, t } from "./i18n.js";

const ROOT = "/api/v1";

/** An answer that was no success. `status` 0: no answer came at all. `body` is the problem+json. */
export class ApiError extends Error {
  constructor(status, body, retryAfter = null) {
    super(body?.detail ?? body?.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = body?.code ?? (status === 0 ? "network" : `http-${status}`);
    this.body = body ?? {};
    this.retryAfter = retryAfter;
  }

  /** The message for people: by code where we have words for it, else what the server says. */
  get words() {
    const detail = this.body.detail ?? "";
    return has(`error.${this.code}`) ? t(`error.${this.code}`, { detail, seconds: this.retryAfter ?? "" }) : detail || this.message;
  }

  /** Whether the same request may work later: no answer, the server is busy, or the page must first be loaded anew. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500 || this.code === "csrf";
  }
}

/** An address with its query; empty values are left out, lists repeat. @param {string} path @param {Record<string, unknown>} [query] */
export function address(path, query = {}) {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== null && one !== undefined && one !== "") pairs.append(name, String(one));
  }
  const text = pairs.toString();
  return `${ROOT}${path}${text ? `?${text}` : ""}`;
}

async function problem(answer) {
  const retry = Number.parseInt(answer.headers.get("Retry-After") ?? "", 10);
  let body = null;
  try {
    body = await answer.json();
  } catch {
    body = { detail: "" }; // a proxy's error page and the like
  }
  return new ApiError(answer.status, body, Number.isNaN(retry) ? null : retry);
}

/** After a new log-in in another tab: takes over its CSRF word, if it is the same person's. */
async function freshWord() {
  const answer = await fetch(address("/session"), { credentials: "same-origin", cache: "no-store" });
  const session = answer.ok ? await answer.json() : null;
  if (session?.user?.id !== boot.user?.id || session.csrf === boot.csrf) return false;
  boot.csrf = session.csrf;
  return true;
}

/** Asks and gives the parsed answer, or null where there is no content. @throws {ApiError} */
export async function call(method, path, options = {}) {
  try {
    return await once(method, path, options);
  } catch (error) {
    if (error.code === "csrf" && (await freshWord().catch(() => false))) return once(method, path, options);
    throw error;
  }
}

async function once(method, path, { query, json, form, signal }) {
  const headers = { Accept: "application/json" };
  if (method !== "GET" && boot.csrf) headers["X-CSRF-Token"] = boot.csrf;
  if (json !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    const body = form ?? (json === undefined ? undefined : JSON.stringify(json));
    answer = await fetch(address(path, query), { method, headers, body, signal, credentials: "same-origin", cache: "no-store" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, { detail: String(error.message) });
  }
  if (!answer.ok) throw await problem(answer);
  if (answer.status === 204) return null;
  try {
    return await answer.json();
  } catch {
    throw new ApiError(0, { detail: "cut short" }); // the connection broke inside the answer
  }
}

export const get = (path, query, signal) => call("GET", path, { query, signal });
export const post = (path, json = {}) => call("POST", path, { json });

/** Everything of a list that comes in pages, up to `most`. */
export async function getAll(path, query = {}, most = 1000) {
  const items = [];
  let cursor = null;
  do {
    const page = await get(path, { ...query, cursor });
    items.push(...page.items);
    cursor = page.next ?? null;
  } while (cursor && items.length < most);
  return items;
}

/** Loads the vocabularies once a page, for names in either language. */
export async function loadTerms() {
  const { schemes } = await get("/vocabularies");
  keepTerms(schemes);
}

/** After a 401: to the log-in page and back. */
export function toLogin() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}
