/* A page on the wall: every few seconds it fetches itself and puts the parts with an id in. While nobody answers it keeps
   what it has and says how old that is; started again without a network, it is the page that its worker kept. */
"use strict";
const wall = document.querySelector("[data-live]");
const age = document.getElementById("age");
const clock = document.querySelector("[data-clock]");
const EVERY = Number(wall.dataset.live) * 1000;
const TURN = 12000; // a page of jobs is read in this time
const LOST = Math.max(25000, 3 * EVERY);
let kept = Number(age.dataset.kept) || 0; // when it came, if it comes from this machine and not from the server
let answered = kept || Date.now();
let ahead = Date.parse(clock.dateTime) - answered; // how much the server's clock is ahead of this one's
let page = 0;
let call = called();

function called() {
  return document.querySelector("[data-call]")?.dataset.call ?? "";
}

async function refresh() {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), 8000);
  try {
    const answer = await fetch(location.pathname, { cache: "no-store", signal: patience.signal });
    if (!answer.ok) throw new Error(String(answer.status));
    put(new DOMParser().parseFromString(await answer.text(), "text/html"));
    answered = Date.now();
    kept = 0;
  } catch {
    /* shown below: the age of what stands here */
  } finally {
    clearTimeout(timer);
  }
  look();
}

function put(fresh) {
  for (const part of wall.querySelectorAll(":scope > section[id]")) {
    const next = fresh.getElementById(part.id);
    if (next && next.innerHTML !== part.innerHTML) part.replaceChildren(...next.childNodes);
  }
  age.dataset.asOf = fresh.getElementById("age").dataset.asOf;
  ahead = Date.parse(fresh.querySelector("[data-clock]").dateTime) - Date.now();
  turn(0);
  if (called() !== call) {
    call = called();
    flash();
  }
  document.dispatchEvent(new Event("wall:fresh"));
}

function flash() {
  const now = document.querySelector(".wall-now");
  if (!now) return;
  now.classList.add("flash");
  setTimeout(() => now.classList.remove("flash"), 10000);
}

/* The clock, the age, what has begun meanwhile. */
function look() {
  const now = new Date(Date.now() + ahead);
  clock.textContent = now.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: clock.dataset.zone });
  const lost = kept > 0 || Date.now() - answered > LOST;
  age.hidden = !lost;
  if (lost) age.textContent = said(Math.floor((Date.now() - answered) / 60000));
  for (const part of document.querySelectorAll("[data-fresh]")) part.hidden = lost;
  for (const part of document.querySelectorAll("[data-stale]")) part.hidden = !lost;
  document.documentElement.classList.toggle("lost", lost);
  for (const job of document.querySelectorAll("[data-starts]")) {
    const begun = Date.parse(job.dataset.starts) <= now;
    job.classList.toggle("over", begun);
    job.querySelector(".begun").hidden = !begun;
  }
}

function said(minutes) {
  const { says, asOf, hours } = age.dataset;
  const long = minutes < 60 ? age.dataset.minutes.replace("{n}", Math.max(1, minutes)) : hours.replace("{n}", Math.floor(minutes / 60));
  return says.replace("{t}", asOf).replace("{d}", long);
}

function turn(by) {
  const pages = [...document.querySelectorAll("[data-page]")];
  if (!pages.length) return;
  page = (page + by) % pages.length;
  pages.forEach((each, index) => (each.hidden = index !== page));
  const of = document.querySelector("[data-page-of]");
  if (of) of.textContent = of.dataset.pageOf.replace("{n}", page + 1).replace("{m}", pages.length);
}

turn(0);
look();
setInterval(refresh, EVERY);
setInterval(look, 1000);
setInterval(() => turn(1), TURN);
navigator.serviceWorker?.register(wall.dataset.worker, { scope: location.pathname, updateViaCache: "none" }).catch(() => {});
navigator.wakeLock?.request("screen").catch(() => {}); // where the machine lets it, it does not fall asleep
