/* The desk's service worker. DESK (addresses, files of the shell and their SHA-256) stands before this text. It keeps no
   page with a name on it: without a network every address of the desk shows the one page that stays. */
"use strict";
importScripts(DESK.outbox);
const PAGES = "desk-page";
const SHELL = "desk-shell";
const PATIENCE = 12000; /* milliseconds for a page */
const LONGER = 25000; /* for what was sent */
const DOWN = [502, 503, 504]; /* somebody answers for a server that does not */

self.addEventListener("install", (event) => event.waitUntil(keepShell()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function keepShell() {
  const cache = await caches.open(SHELL);
  for (const [path, digest] of Object.entries(DESK.files)) {
    const answer = await fetch(path, { cache: "no-cache" });
    const found = await crypto.subtle.digest("SHA-256", await answer.clone().arrayBuffer());
    const hex = Array.from(new Uint8Array(found), (byte) => byte.toString(16).padStart(2, "0")).join("");
    if (!answer.ok || hex !== digest) throw new Error(`${path} is not what the server said it is`);
    await cache.put(path, answer);
  }
  for (const old of await cache.keys()) {
    if (!(new URL(old.url).pathname in DESK.files)) await cache.delete(old);
  }
  await self.skipWaiting();
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (request.method === "GET") event.respondWith(page(request));
    else if (entryOf(url.pathname)) event.respondWith(posted(request, entryOf(url.pathname)));
  } else if (request.method === "GET" && !url.search && url.pathname in DESK.files) event.respondWith(file(request));
});

const late = (after) => new Promise((_done, fail) => { setTimeout(() => fail(new Error("late")), after); });
async function reach(request, after) {
  const answer = await Promise.race([fetch(request), late(after)]);
  if (DOWN.includes(answer.status)) throw new Error("down");
  return answer;
}

async function file(request) {
  try {
    return await reach(request, PATIENCE);
  } catch {
    return (await caches.match(request, { cacheName: SHELL })) || Response.error();
  }
}

async function page(request) {
  if (await left()) return signedOut();
  try {
    return await reach(request, PATIENCE);
  } catch {
    const kept = (await self.desk.facts()) && (await caches.match(DESK.page, { cacheName: PAGES }));
    return kept || plain();
  }
}

/* Signed out here while there was no network: the server hears of it before anybody sees a page. */
async function left() {
  const form = await self.desk.flagged("left");
  if (form === null) return false;
  try {
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const answer = await fetch(DESK.signOut, { method: "POST", body: form, headers, redirect: "manual" });
    if (answer.type !== "opaqueredirect" && answer.status !== 403) return true;
  } catch {
    return true;
  }
  await self.desk.flag("left", null);
  return false;
}

/* What was sent and did not get through, or got no answer, lies in the drawer under the key of its page. */
function entryOf(path) {
  if (path === DESK.register) return { kind: "register", more: [] };
  if (path === DESK.arrivals) return { kind: "check_in", more: [] };
  const came = path.match(/^\/desk\/dossiers\/(\d+)\/check-in\/$/);
  return came ? { kind: "check_in", more: [["file", came[1]]] } : null;
}

async function posted(request, { kind, more }) {
  const copy = request.clone();
  try {
    return await reach(request, LONGER);
  } catch {
    const said = [...(await copy.formData())].filter(([, value]) => typeof value === "string");
    const typed = said.filter(([name]) => name !== "csrfmiddlewaretoken" && name !== "key");
    try {
      const key = (said.find(([name]) => name === "key") || [])[1] || self.desk.newKey();
      await self.desk.put({ kind, fields: [...typed, ...more], key });
      return Response.redirect(`${DESK.page}?kept=${encodeURIComponent(key)}`, 303);
    } catch {
      return plain(typed); /* nobody keeps a desk here: what was typed is shown once more, to be copied */
    }
  }
}

const HEAD = "<!doctype html><html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>工桥</title>"
  + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><link rel=\"stylesheet\" href=\"/static/ui/ui.css\"></head>";
const shown = (value) => value.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const answer = (zh, en, typed = []) => new Response(
  `${HEAD}<body><main><h1>${zh[0]}</h1><p>${zh[1]}</p><p lang="en">${en}</p>`
    + `<dl>${typed.filter(([, value]) => value).map((pair) => `<dt>${shown(pair[0])}</dt><dd>${shown(pair[1])}</dd>`).join("")}</dl></main></body></html>`,
  { status: 503, headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Content-Security-Policy": "default-src 'self'" } },
);
const plain = (typed) => answer(
  ["没网", `这台电脑上没有留下可以离线用的柜台，登录要等有网。${typed ? "刚才写的没有交出去，都在下面，请先抄在纸上。" : ""}`],
  `No network, and this PC keeps no desk to go on with. ${typed ? "What you were sending has not gone: it stands below, copy it on paper." : ""}`,
  typed,
);
const signedOut = () => answer(
  ["已经退出", "没网的时候退出的。这台电脑上的名单和草稿已经清掉；有网以后重新登录。"],
  "You signed out while there was no network. The list and the drafts on this PC are gone; sign in when it is back.",
);
