import { html, useState } from "../../vendor/ui.js";
import { call } from "../api.js";
import { t } from "../i18n.js";
import { show } from "../ui/frame.js";

/** Where to go after log-in: a path of this site only. */
function onward() {
  const next = new URLSearchParams(location.search).get("next") ?? "/";
  if (!URL.canParse(next, location.origin)) return "/";
  const target = new URL(next, location.origin);
  return target.origin === location.origin && target.pathname !== "/login" ? target.pathname + target.search : "/";
}

function Login() {
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const enter = async (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    setBusy(true);
    setError("");
    try {
      await call("POST", "/session", { json: { name: form.get("name"), password: form.get("password") } });
      location.assign(onward());
    } catch (failure) {
      setError(failure.words ?? String(failure));
      setBusy(false);
      event.target.elements.password.select();
    }
  };
  return html`<form class="card login" onSubmit=${enter} data-testid="login-form">
    <h1>${t("login.title")}</h1>
    <p class="quiet">${t("login.note")}</p>
    <label>${t("login.name")}<input name="name" autocomplete="username" required autofocus data-testid="login-name" /></label>
    <label>${t("login.password")}<input name="password" type="password" autocomplete="current-password" required data-testid="login-password" /></label>
    ${error && html`<p class="error" role="alert" data-testid="login-error">${error}</p>`}
    <button class="primary" disabled=${busy} data-testid="login-submit">${t("login.button")}</button>
  </form>`;
}

await show(Login);
