import { html, useEffect, useState } from "../../vendor/ui.js";
import { call, get, post } from "../api.js";
import { boot } from "../boot.js";
import { t, time } from "../i18n.js";
import { Dialog } from "../ui/dialog.js";
import { show } from "../ui/frame.js";
import { say, sayError } from "../ui/toasts.js";

const ROLES = ["reader", "annotator", "reviewer", "admin"];

function UserForm({ user, onClose, onDone }) {
  const [error, setError] = useState("");
  const save = async (event) => {
    event.preventDefault();
    const form = Object.fromEntries(new FormData(event.target));
    try {
      if (user) {
        const change = { display: form.display, role: form.role };
        if (form.password) change.password = form.password;
        await call("PATCH", `/users/${user.id}`, { json: change });
      } else await post("/users", form);
      say(t("saved"), "good");
      onDone();
    } catch (failure) {
      setError(failure.words ?? String(failure));
    }
  };
  return html`<${Dialog} title=${user ? user.name : t("user.add")} onClose=${onClose} testid="user-dialog"><form class="stack" onSubmit=${save}>
    ${!user && html`<label>${t("login.name")}<input name="name" required maxlength="64" autofocus data-testid="user-name" /></label>`}
    <label>${t("user.display")}<input name="display" maxlength="200" defaultValue=${user?.display ?? ""} data-testid="user-display" /></label>
    <label>${t("user.role")}<select name="role" defaultValue=${user?.role ?? "annotator"} data-testid="user-role">${ROLES.map((role) => html`<option value=${role} selected=${role === (user?.role ?? "annotator")}>${t(`role.${role}`)}</option>`)}</select></label>
    <label>${user ? t("user.newpassword") : t("login.password")}<input type="password" name="password" autocomplete="new-password" required=${!user} data-testid="user-password" /></label>
    ${error && html`<p class="error" role="alert" data-testid="user-error">${error}</p>`}
    <div class="row end"><button class="primary" data-testid="user-save">${t("save")}</button></div></form></${Dialog}>`;
}

function Users() {
  const [items, setItems] = useState([]);
  const [shown, setShown] = useState(null);
  const load = () => get("/users").then((answer) => setItems(answer.items)).catch(sayError);
  useEffect(() => void load(), []);
  const turn = (user) => call("PATCH", `/users/${user.id}`, { json: { active: !user.active } }).then(load).catch(sayError);
  return html`<section class="box"><div class="row spread"><h2>${t("users")}</h2><button type="button" class="primary" onClick=${() => setShown({})} data-testid="user-add">＋ ${t("user.add")}</button></div>
    <table class="list" data-testid="users"><thead><tr><th>${t("login.name")}</th><th>${t("user.display")}</th><th>${t("user.role")}</th><th>${t("state")}</th><th>${t("user.since")}</th><th></th></tr></thead><tbody>${items.map((user) => html`<tr key=${user.id} data-testid="user" data-user=${user.name} data-active=${user.active ? "yes" : "no"}><td>${user.name}</td><td>${user.display}</td><td>${t(`role.${user.role}`)}</td><td>${t(user.active ? "user.active" : "user.inactive")}</td><td class="quiet">${time(user.created_at)}</td>
      <td><div class="row end"><button type="button" onClick=${() => setShown(user)} data-testid="user-edit">${t("edit")}</button>${user.id !== boot.user.id && html`<button type="button" onClick=${() => turn(user)} data-testid="user-turn">${t(user.active ? "user.off" : "user.on")}</button>`}</div></td></tr>`)}</tbody></table>
    ${shown && html`<${UserForm} user=${shown.id ? shown : null} onClose=${() => setShown(null)} onDone=${() => { setShown(null); load(); }} />`}</section>`;
}

function Audit() {
  const [rows, setRows] = useState([]);
  const [next, setNext] = useState(null);
  const load = (cursor) => get("/audit", { cursor, limit: 50 }).then((page) => {
    setRows((now) => (cursor ? [...now, ...page.items] : page.items));
    setNext(page.next);
  }).catch(sayError);
  useEffect(() => void load(null), []);
  return html`<section class="box"><div class="row spread"><h2>${t("audit")}</h2><button type="button" onClick=${() => load(null)}>${t("reload")}</button></div>
    <table class="list" data-testid="audit"><thead><tr><th>${t("audit.at")}</th><th>${t("audit.who")}</th><th>${t("audit.what")}</th><th>${t("audit.on")}</th><th>${t("audit.detail")}</th></tr></thead><tbody>${rows.map((row) => html`<tr key=${row.id} data-testid="audit-row"><td class="quiet">${time(row.at)}</td><td>${row.user}</td><td><code>${row.action}</code></td><td>${row.subject ?? row.object}</td><td class="small"><code>${Object.keys(row.detail ?? {}).length ? JSON.stringify(row.detail) : ""}</code></td></tr>`)}</tbody></table>
    ${next && html`<p><button type="button" onClick=${() => load(next)} data-testid="audit-more">${t("more")}</button></p>`}</section>`;
}

await show(() => html`<div class="page"><h1>${t("admin.title")}</h1><${Users} /><${Audit} /></div>`);
