/* The wall's own service worker: it keeps the page as it last came, and the files it needs, so that a machine that starts
   again without a network shows that page and how old it is. Nothing on it is about a person. */
"use strict";
const HERE = new URL(self.registration.scope).pathname;
const KEPT = `wall ${HERE}`;
const PATIENCE = 6000; /* milliseconds */

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === HERE) event.respondWith(page(event));
  else if (["style", "script", "image"].includes(event.request.destination)) event.respondWith(file(event.request));
});

async function reach(request) {
  const late = new Promise((_done, fail) => { setTimeout(() => fail(new Error("late")), PATIENCE); });
  const answer = await Promise.race([fetch(request), late]);
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

async function page(event) {
  try {
    const answer = await reach(event.request);
    event.waitUntil(keep(answer.clone()));
    return answer;
  } catch {
    if (event.request.mode !== "navigate") return Response.error(); /* the page asks for itself: it is to know */
    return (await kept(HERE)) || plain();
  }
}

/* As it came, with the moment by this machine's clock; and the files that it names, without those it no longer does. */
async function keep(answer) {
  const text = await answer.text();
  const files = [...text.matchAll(/(?:href|src)="(\/[^"]+\.(?:css|js|svg))"/g)].map((found) => found[1]);
  const cache = await caches.open(KEPT);
  for (const path of files) if (!(await cache.match(path))) await cache.add(path);
  const old = text.replace('id="age"', `id="age" data-kept="${Date.now()}"`);
  await cache.put(HERE, new Response(old, { headers: answer.headers }));
  for (const each of await cache.keys()) {
    const path = new URL(each.url).pathname;
    if (path !== HERE && !files.includes(path)) await cache.delete(each);
  }
}

const kept = async (path) => (await caches.open(KEPT)).match(path);

async function file(request) {
  try {
    return await reach(request);
  } catch {
    return (await kept(new URL(request.url).pathname)) || Response.error();
  }
}

/* Never opened here while there was a network; it tries again by itself. */
const plain = () => new Response(
  '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta http-equiv="refresh" content="15">'
    + '<title>没网</title></head><body><h1>没网</h1><p>有网了自己会好。</p><p lang="en">No network. It comes back by itself.</p></body></html>',
  { status: 503, headers: { "Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store" } },
);
