/** The account menu: who is logged in, password, API tokens, language, log out. */
import { html, useEffect, useState } from "../../vendor/ui.js";
import { call, get, post } from "../api.js";
import { boot } from "../boot.js";
import { lang, setLang, t, time } from "../i18n.js";
import { Dialog } from "./dialog.js";
import { say, sayError } from "./toasts.js";

function Password({ onClose }) {
  const [error, setError] = useState("");
  const save = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    if (form.get("new") !== form.get("again")) return setError(t("account.differ"));
    try {
      const session = await call("PUT", "/session/password", { json: { old: form.get("old"), new: form.get("new") } });
      if (session?.csrf) boot.csrf = session.csrf; // the server opens a fresh session and ends all others
      say(t("account.changed"), "good");
      return onClose();
    } catch (failure) {
      return setError(failure.words ?? String(failure));
    }
  };
  return html`<${Dialog} title=${t("account.password")} onClose=${onClose} testid="password-dialog">
    <form onSubmit=${save} class="stack">
      <label>${t("account.old")}<input type="password" name="old" autocomplete="current-password" required autofocus data-testid="password-old" /></label>
      <label>${t("account.new")}<input type="password" name="new" autocomplete="new-password" required data-testid="password-new" /></label>
      <label>${t("account.again")}<input type="password" name="again" autocomplete="new-password" required data-testid="password-again" /></label>
      ${error && html`<p class="error" role="alert" data-testid="password-error">${error}</p>`}
      <div class="row end"><button class="primary" data-testid="password-save">${t("save")}</button></div>
    </form>
  </${Dialog}>`;
}

function Tokens({ onClose }) {
  const [items, setItems] = useState([]);
  const [secret, setSecret] = useState(null);
  const load = () => get("/tokens").then((answer) => setItems(answer.items)).catch(sayError);
  useEffect(() => void load(), []);
  const make = async (event) => {
    event.preventDefault();
    const { target } = event;
    try {
      const made = await post("/tokens", { name: new FormData(target).get("name") });
      setSecret(made.token);
      target.reset();
      await load();
    } catch (error) {
      sayError(error);
    }
  };
  const remove = (id) => call("DELETE", `/tokens/${id}`).then(load).catch(sayError);
  return html`<${Dialog} title=${t("account.tokens")} onClose=${onClose} testid="tokens-dialog">
    <p class="quiet">${t("account.tokens.note")}</p>
    <table class="list"><tbody>${items.map((item) => html`<tr key=${item.id}><td>${item.name}</td><td class="quiet">${time(item.created_at)}</td>
      <td class="num"><button type="button" onClick=${() => remove(item.id)} data-testid="token-delete">${t("delete")}</button></td></tr>`)}</tbody></table>
    ${secret && html`<p class="notice">${t("account.secret")}<br /><code data-testid="token-secret">${secret}</code></p>`}
    <form onSubmit=${make} class="row"><input name="name" required placeholder=${t("account.token.name")} aria-label=${t("account.token.name")} data-testid="token-name" />
      <button class="primary" data-testid="token-create">${t("account.token.make")}</button></form>
  </${Dialog}>`;
}

export function Account() {
  const [open, setOpen] = useState(false);
  const [shown, setShown] = useState(null);
  useEffect(() => {
    if (!open) return undefined;
    const shut = (event) => (event.key === "Escape" || (event.type === "click" && !event.target.closest(".account"))) && setOpen(false);
    document.addEventListener("click", shut);
    document.addEventListener("keydown", shut);
    return () => {
      document.removeEventListener("click", shut);
      document.removeEventListener("keydown", shut);
    };
  }, [open]);
  const leave = async () => {
    try {
      await call("DELETE", "/session");
      location.assign("/login");
    } catch (error) {
      sayError(error);
    }
  };
  const show = (what) => {
    setOpen(false);
    setShown(what);
  };
  return html`<div class="account">
    <button type="button" class="plain" lang=${lang === "zh" ? "en" : "zh"} onClick=${() => setLang(lang === "zh" ? "en" : "zh")} data-testid="lang-switch">${lang === "zh" ? "English" : "中文"}</button>
    ${boot.user && html`<button type="button" class="plain" aria-haspopup="menu" aria-expanded=${open} onClick=${() => setOpen(!open)} data-testid="account-menu">${boot.user.display || boot.user.name} <span class="role">${t(`role.${boot.user.role}`)}</span> ▾</button>`}
    ${open && html`<div class="menu" role="menu">
      <button role="menuitem" type="button" onClick=${() => show("password")} data-testid="menu-password">${t("account.password")}</button>
      <button role="menuitem" type="button" onClick=${() => show("tokens")} data-testid="menu-tokens">${t("account.tokens")}</button>
      <button role="menuitem" type="button" onClick=${leave} data-testid="menu-logout">${t("account.logout")}</button>
    </div>`}
    ${shown === "password" && html`<${Password} onClose=${() => setShown(null)} />`}
    ${shown === "tokens" && html`<${Tokens} onClose=${() => setShown(null)} />`}
  </div>`;
}
