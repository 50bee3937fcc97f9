/** Whether every decision has been acknowledged by the server; if not, how many have not and what to do. */
import { html, useEffect, useState } from "../../vendor/ui.js";
import { boot } from "../boot.js";
import { t } from "../i18n.js";
import * as outbox from "../outbox.js";

export function Saving() {
  const [standing, setStanding] = useState(outbox.standing());
  useEffect(() => {
    const stop = outbox.listen(() => setStanding(outbox.standing()));
    if (boot.user) void outbox.send(); // what an earlier page left behind
    return stop;
  }, []);
  const { waiting, failure, strangers } = standing;
  const kind = waiting === 0 ? "saved" : failure ? "unsaved" : "saving";
  if (!boot.user) return null;
  return html`<span class=${`save-state ${kind}`} role="status" data-testid="save-state" data-state=${kind} data-waiting=${waiting}>
    ${strangers > 0 && html`<span class="bad">${t("saving.strangers", { n: strangers })}</span> `}
    ${kind === "saved" && t("saving.saved")}
    ${kind === "saving" && t("saving.saving", { n: waiting })}
    ${kind === "unsaved" && html`${failure.status === 401 ? t("saving.login", { n: waiting }) : t("saving.unsaved", { n: waiting, why: failure.words })}
      <button type="button" onClick=${failure.status === 401 ? outbox.logIn : outbox.send} data-testid="save-retry">${failure.status === 401 ? t("login.button") : t("saving.retry")}</button>`}
  </span>`;
}
