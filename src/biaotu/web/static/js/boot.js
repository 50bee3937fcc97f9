/**
 * What the server tells a page: who is logged in, the CSRF word, the language, the record.
 * @typedef {{id: number, name: string, display: string, role: "reader"|"annotator"|"reviewer"|"admin"}} User
 * @typedef {{page: string, user: User|null, csrf: string|null, lang: "zh"|"en", record: number|null, version: string}} Boot
 */

/** @type {Boot} */
export const boot = JSON.parse(document.getElementById("biaotu-boot").textContent);

const ROLES = ["reader", "annotator", "reviewer", "admin"];

/** Whether the person logged in has at least this role. @param {User["role"]} role */
export function may(role) {
  return boot.user !== null && ROLES.indexOf(boot.user.role) >= ROLES.indexOf(role);
}
