/* On every page of the desk: keeps what a day without a network needs, says when there is none, sends what waits.
   Without this file, or without HTTPS, the desk is an ordinary desk. */
"use strict";
self.deskLine = (() => {
  const bar = document.getElementById("desk-offline");
  const desk = self.desk;
  const FRESH = 30 * 60_000; /* milliseconds: a list younger than this is not asked for again */
  const AGAIN = 15_000;
  const PATIENCE = 20_000;
  const able = Boolean(bar && self.isSecureContext && navigator.serviceWorker && self.crypto && crypto.subtle && self.indexedDB);
  const here = bar ? bar.dataset : {};
  const state = { down: false, signedOut: false, waiting: [], work: [] };

  const at = (moment) => new Date(moment).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
  const csrf = () => (document.cookie.match(/(?:^|; )csrftoken=([^;]*)/) || [])[1] || "";
  const off = () => { try { return localStorage.getItem("desk-offline-off") === "1"; } catch { return false; } };
  async function ask(url, init = {}) {
    const stop = new AbortController();
    const bell = setTimeout(() => stop.abort(), PATIENCE);
    try { return await fetch(url, { credentials: "same-origin", cache: "no-store", signal: stop.signal, ...init }); }
    finally { clearTimeout(bell); }
  }
  const post = (url, body) => ask(url, {
    method: "POST", redirect: "manual", body: body === undefined ? "" : JSON.stringify(body),
    headers: { "X-CSRFToken": csrf(), "Content-Type": "application/json" },
  });

  /* what the bar says */
  function says(name, shown, words = {}) {
    for (const line of bar.querySelectorAll(`[data-says="${name}"]`)) {
      line.hidden = !shown;
      for (const [key, word] of Object.entries(words)) {
        for (const place of line.querySelectorAll(`[data-word="${key}"]`)) place.textContent = word;
      }
    }
  }
  async function show() {
    const rows = await desk.waiting();
    const own = rows.filter((row) => row.post === here.post);
    const others = rows.filter((row) => row.post !== here.post);
    const stuck = own.filter((row) => row.said);
    state.waiting = rows;
    const news = (await desk.flagged("news")) || { done: 0, waits: 0 };
    says("down", state.down);
    says("waiting", own.length > 0, own.length ? { n: own.length, at: at(own[0].at) } : {});
    says("stuck", stuck.length > 0, { n: stuck.length });
    says("others", others.length > 0, { n: others.length, who: [...new Set(others.map((row) => row.who))].join("、") });
    says("signed-out", state.signedOut);
    says("sent", news.done > 0, { n: news.done });
    says("look", news.waits > 0, { n: news.waits });
    bar.hidden = !bar.querySelector("[data-says]:not([hidden])");
    bar.classList.toggle("warning", state.down || own.length > 0 || state.signedOut || news.waits > 0);
    for (const work of state.work) await work(state);
  }
  const reached = async () => {
    try { return (await ask(`${here.ping}?${Date.now()}`, { method: "HEAD" })).ok; } catch { return false; }
  };
  async function look() {
    state.down = !(await reached());
    if (!state.down) await sync();
    await show();
  }

  /* one page of this PC sends, the oldest first; what does not get through stays where it is */
  function sync() {
    if (!navigator.locks) return sendAll();
    return navigator.locks.request("desk-outbox", { ifAvailable: true }, (lock) => (lock ? sendAll() : null));
  }
  async function sendAll() {
    for (const entry of await desk.waiting()) {
      if (entry.post === here.post && !(await sendOne(entry))) return;
    }
  }
  async function sendOne(entry, second = false) {
    const body = entry.thrown
      ? { key: entry.key, kind: entry.kind, saidAt: entry.at, sentAt: Date.now(), reason: entry.thrown }
      : { key: entry.key, to: entry.to, box: entry.box, sentAt: Date.now() };
    let answer;
    try { answer = await post(entry.thrown ? here.throw : here.send, body); } catch { state.down = true; return false; }
    if (answer.type === "opaqueredirect") { state.signedOut = true; return false; }
    if ([502, 503, 504, 429].includes(answer.status)) return false;
    const json = (answer.headers.get("Content-Type") || "").includes("json");
    if (answer.status === 403 && !json && !second) { /* another token since; a page brings the new one */
      await ask(here.home).catch(() => null);
      return sendOne(entry, true);
    }
    state.signedOut = false;
    if (answer.ok && json) return arrived(entry, await answer.json());
    await desk.mark(entry, json ? (await answer.json()).refused : `${bar.dataset.fault} ${answer.status}`);
    return true;
  }
  async function arrived(entry, said) {
    await desk.forget(entry.n);
    const news = (await desk.flagged("news")) || { done: 0, waits: 0 };
    if (said.state === "done") news.done += 1;
    if (said.state === "waits") news.waits += 1;
    await desk.flag("news", news);
    return true;
  }

  /* today's list, the people one is likely to meet, the keys, and the page that stays */
  async function keep() {
    const kept = await desk.facts();
    if (kept && kept.post !== here.post) await desk.wipe();
    if (off()) return;
    const old = !kept || kept.post !== here.post || Date.now() - kept.at > FRESH
      || kept.lang !== document.documentElement.lang || !(await desk.readable());
    if (old && !(await fetchList())) return;
    await keepToday();
  }
  async function fetchList() {
    let said;
    try {
      const answer = await post(here.keep);
      if (!answer.ok) return false;
      said = await answer.json();
    } catch { return false; }
    const { people, now, until, writes, ...facts } = said;
    const mine = Date.now() - now; /* what this clock is off */
    await desk.keep({ ...facts, at: Date.now(), until: until + mine, writes: writes + mine, lang: document.documentElement.lang });
    await desk.remember("people", people);
    await keepPage();
    desk.tell();
    return true;
  }
  async function keepPage() {
    const page = await ask(here.page, { redirect: "error" }).catch(() => null);
    if (page && page.ok) await (await caches.open("desk-page")).put(here.page, page);
  }
  async function keepToday() {
    if (location.pathname !== here.home || document.documentElement.dataset.kept) return;
    const main = document.getElementById("main").cloneNode(true);
    const live = "script, form, .noprint, .only-print, .notice, .waits, :scope > .row"; /* numbers and ways on: not without a network */
    for (const part of main.querySelectorAll(live)) part.remove();
    for (const link of main.querySelectorAll("a")) link.replaceWith(...link.childNodes);
    for (const part of main.querySelectorAll("[id], [data-row]")) { part.removeAttribute("id"); part.removeAttribute("data-row"); }
    await desk.remember("today", main.innerHTML);
  }

  /* what is being typed into a form; sealed like the list */
  const typed = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  function fill(form, fields) {
    const groups = new Map();
    for (const [name, value] of fields) groups.set(name, [...(groups.get(name) || []), value]);
    for (const field of form.elements) {
      if (!field.name || field.name === "csrfmiddlewaretoken") continue;
      const values = groups.get(field.name) || [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (field.tagName !== "BUTTON") field.value = values[0] || "";
    }
  }
  async function drafts() {
    const form = document.querySelector("form[data-draft]");
    const submitted = await desk.flagged("submitted");
    if (submitted && !(form && form.elements.key.value === submitted)) {
      await desk.drop(`draft:${submitted}`);
      await desk.flag("submitted", null);
    }
    if (!form) return;
    let bell = 0;
    const save = () => desk.remember(`draft:${form.elements.key.value}`, typed(form));
    form.addEventListener("input", () => { clearTimeout(bell); bell = setTimeout(save, 700); });
    form.addEventListener("submit", () => { clearTimeout(bell); desk.flag("submitted", form.elements.key.value); });
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); }); /* a new page has a new key */
    if (!form.hasAttribute("data-answered")) await offer(form);
  }
  async function offer(form) {
    const names = (await desk.names()).filter((name) => name.startsWith("draft:"));
    const found = [];
    for (const name of names) { const draft = await desk.recall(name); if (draft) found.push({ name, ...draft }); }
    const newest = found.sort((one, other) => other.at - one.at)[0];
    const notice = form.parentElement.querySelector("[data-drafted]");
    if (!newest || !notice) return;
    notice.hidden = false;
    for (const place of notice.querySelectorAll("[data-word=at]")) place.textContent = at(newest.at);
    notice.querySelector("[data-draft-use]").addEventListener("click", () => { fill(form, newest.value); notice.hidden = true; });
    notice.querySelector("[data-draft-drop]").addEventListener("click", async () => { await desk.drop(newest.name); notice.hidden = true; });
  }

  /* signing out: the list and the drafts go, what waits stays sealed until its writer signs in again */
  function signOut(form) {
    let warned = false;
    form.addEventListener("submit", async (event) => {
      if (event.defaultPrevented) return;
      event.preventDefault();
      const own = (await desk.waiting()).filter((row) => row.post === here.post);
      if (own.length && !warned) {
        warned = true;
        says("leaving", true, { n: own.length });
        bar.hidden = false;
        bar.scrollIntoView({ block: "center" });
        return;
      }
      try { await desk.wipe(); } catch { /* the cookie goes with the answer, and with it all that was sealed */ }
      if (await reached()) form.submit();
      else {
        await desk.flag("left", new URLSearchParams([...new FormData(form)]).toString());
        location.assign(here.home);
      }
    });
  }

  async function start() {
    if (!able) return;
    for (const form of document.querySelectorAll(`form[action="${here.signOut}"]`)) signOut(form);
    await navigator.serviceWorker.register(here.worker, { scope: here.home, updateViaCache: "none" }).catch(() => null);
    await keep();
    here.ready = "1"; /* from here on the network may go */
    await drafts();
    if (document.querySelector("[data-arrived-page]")) await desk.flag("news", null);
    desk.hear(show);
    addEventListener("online", look);
    addEventListener("offline", look);
    setInterval(look, AGAIN);
    await look();
  }
  document.addEventListener("DOMContentLoaded", start);
  return { able, state, show, look, at, typed, off, keep, each: (work) => state.work.push(work), here };
})();
