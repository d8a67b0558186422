/* The page that stays: whom to check in, what waits, today's list as it was, and the form for whoever comes new. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const { desk, deskLine: line } = self;
  const root = document.querySelector("[data-offline-page]");
  if (!root || !line.able) return;
  document.documentElement.dataset.kept = "1"; /* this page is no list of today to keep */
  const MOST = 8;
  const part = (name) => root.querySelector(`[data-${name}]`);
  const template = (name) => root.querySelector(`[data-template=${name}]`).content.firstElementChild.cloneNode(true);
  const cell = (row, name, text) => { row.querySelector(`[data-cell=${name}]`).textContent = text; };
  const told = (name, shown, words = {}) => {
    const place = root.querySelector(`[data-state="${name}"]`);
    place.hidden = !shown;
    for (const [key, word] of Object.entries(words)) place.querySelector(`[data-word="${key}"]`).textContent = word;
  };
  const words = part("kinds").dataset;
  const register = root.querySelector("[data-entry=register]");
  const checkIn = root.querySelector("[data-entry=check_in]");
  let people = [];

  /* whoever is on the list of two months; a click is his check-in */
  function found() {
    const typed = part("people").querySelector("input").value.trim().toUpperCase();
    const digits = typed.replace(/^Y-?/, "");
    const hit = ([number, name, last4]) => number.replace("Y-", "") === digits || last4 === typed
      || (name && typed.endsWith(name.toUpperCase())) || (typed && name.toUpperCase().startsWith(typed));
    const rows = typed ? people.filter(hit).slice(0, MOST) : [];
    part("found").replaceChildren(...rows.map(person));
    told("none", Boolean(typed) && people.length > 0 && rows.length === 0);
  }
  function person([number, name, last4]) {
    const row = template("person");
    cell(row, "number", number);
    cell(row, "name", name);
    cell(row, "phone", last4 ? `····${last4}` : "");
    row.querySelector("button").addEventListener("click", async () => {
      await write({ kind: "check_in", fields: [["number", number], ["name", name]] });
      part("people").querySelector("input").value = "";
      found();
    });
    return row;
  }

  async function write(...entries) {
    try {
      for (const entry of entries) await desk.put({ key: desk.newKey(), ...entry });
      told("lost", false);
      told("kept", true);
    } catch {
      told("lost", true);
      root.querySelector("[data-state=lost]").scrollIntoView({ block: "center" });
      return false;
    }
    await line.look();
    return true;
  }
  const typed = (form) => line.typed(form).filter(([name]) => name !== "key");
  checkIn.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (await write({ kind: "check_in", fields: typed(checkIn) })) checkIn.reset();
  });
  register.elements.key.value = desk.newKey();
  register.addEventListener("submit", async (event) => {
    event.preventDefault();
    const key = register.elements.key.value;
    const entries = [{ kind: "register", fields: typed(register), key }];
    if (part("came").checked) entries.push({ kind: "check_in", fields: [], follows: key });
    if (!(await write(...entries))) return;
    await desk.drop(`draft:${key}`);
    register.reset();
    register.elements.key.value = desk.newKey();
    root.querySelector("[data-state=kept]").scrollIntoView({ block: "center" });
  });

  /* what waits, with what was typed as long as this browser may still read it */
  function worded([name, value]) {
    const field = register.elements[name] || checkIn.elements[name];
    const one = field instanceof RadioNodeList ? [...field].find((each) => each.value === value) : field;
    if (!value || !one || name === "another") return [];
    const label = document.querySelector(`label[for="${one.id}"]`);
    const option = one.tagName === "SELECT" ? [...one.options].find((each) => each.value === value) : null;
    const box = one.type === "checkbox" && field instanceof RadioNodeList;
    const title = box ? one.closest("fieldset").querySelector("legend") : label;
    const said = option ? option.textContent : box ? one.closest("label").textContent : one.type === "checkbox" ? "✓" : value;
    const [term, text] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = title ? title.firstChild.textContent.trim() : name;
    text.textContent = said.trim();
    return [term, text];
  }
  async function entry(kept) {
    const row = template("entry");
    const fields = await desk.noted(kept);
    const called = (wanted) => (fields || []).find(([field]) => field === wanted);
    const name = (called("name") || called("number") || called("who") || [])[1] || "";
    cell(row, "kind", words[kept.kind]);
    cell(row, "name", name || (fields && fields.length === 0 ? words.after : ""));
    cell(row, "at", line.at(kept.at));
    cell(row, "who", kept.post === line.here.post ? "" : kept.who);
    cell(row, "said", kept.thrown ? `${words.thrown}${kept.thrown}` : kept.said || "");
    row.querySelector("[data-cell=fields]").append(...(fields || []).filter(([field]) => field !== "name").flatMap(worded));
    row.querySelector("[data-more]").hidden = !fields || fields.length < 2;
    const form = row.querySelector("[data-reason]");
    const drop = row.querySelector("[data-drop]");
    drop.hidden = kept.post !== line.here.post || Boolean(kept.thrown);
    drop.addEventListener("click", () => { form.hidden = false; form.elements.reason.focus(); });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      await desk.throwAway(kept, form.elements.reason.value.trim());
      await line.look();
    });
    return row;
  }
  let shown = "";
  async function entries({ waiting }) {
    const now = JSON.stringify(waiting.map((row) => [row.n, row.said, row.thrown]));
    if (now === shown) return; /* somebody may be writing a reason */
    shown = now;
    part("entries").replaceChildren(...(await Promise.all(waiting.map(entry))));
    told("empty", waiting.length === 0);
  }

  async function list() {
    const kept = await desk.facts();
    const readable = await desk.readable();
    told("nobody", !kept && !line.off());
    told("locked", Boolean(kept) && !readable);
    part("switch='off'").hidden = !kept;
    part("switch='on'").hidden = !line.off();
    const known = await desk.recall("people");
    people = known ? known.value : [];
    told("age", people.length > 0, { at: line.at(known ? known.at : 0), n: people.length });
    const today = await desk.recall("today");
    told("no-today", !today);
    told("today-age", Boolean(today), { at: line.at(today ? today.at : 0) });
    told("today-warns", Boolean(today));
    part("today").innerHTML = today ? today.value : ""; /* our own page, kept by our own script, under a policy without inline scripts */
    found();
  }
  for (const button of root.querySelectorAll("[data-switch]")) {
    button.addEventListener("click", async () => {
      localStorage.setItem("desk-offline-off", button.dataset.switch === "off" ? "1" : "0");
      if (button.dataset.switch === "off") await desk.wipe();
      else await line.keep();
      await list();
    });
  }
  part("people").querySelector("input").addEventListener("input", found);
  addEventListener("beforeprint", () => { for (const more of root.querySelectorAll("[data-more]")) more.open = true; });
  root.querySelector("[data-says=down] a").hidden = true; /* it leads here */
  part("print").addEventListener("click", () => print());
  part("works").hidden = false;
  told("unable", false);
  told("elsewhere", ![line.here.page, line.here.home].includes(location.pathname));
  told("kept", new URLSearchParams(location.search).has("kept"));
  line.each(entries);
  desk.hear(list);
  list();
  line.show();
});
