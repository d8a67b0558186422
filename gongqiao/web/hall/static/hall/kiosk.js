/* A machine that everybody uses: no keyboard, no way back into what somebody else did, empty a minute after he left.
   Loaded before the page is drawn, so that nothing of an earlier visit is ever seen. */
"use strict";
const HOME = document.currentScript.dataset.home;
const IDLE = 60;
const WARN = 15; // seconds before that

function isHome() {
  return location.pathname === HOME;
}

/* The browser's own way back, and pages it kept whole: to the beginning. */
const came = performance.getEntriesByType("navigation")[0];
if (!isHome() && came && came.type === "back_forward") location.replace(HOME);
addEventListener("pageshow", (event) => {
  if (event.persisted) location.replace(HOME);
});

/* Links leave no trace in the history. */
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  location.replace(link.href);
});

addEventListener("DOMContentLoaded", () => {
  for (const form of document.forms) form.reset();
  pads();
  if (!isHome()) watch();
});

function pads() {
  for (const keys of document.querySelectorAll("[data-keys]")) {
    const field = keys.closest("form").querySelector("[data-pad]");
    if (!field) continue;
    keys.hidden = false;
    field.inputMode = "none"; // the pad stands below: no keyboard of the machine's own comes up
    keys.addEventListener("click", (event) => {
      const key = event.target.closest("button")?.value;
      if (!key) return;
      if (key === "clear") field.value = "";
      else if (key === "back") field.value = field.value.slice(0, -1);
      else if (field.value.length < field.maxLength) field.value += key;
      field.focus();
    });
  }
}

function watch() {
  const still = document.getElementById("still");
  const says = document.getElementById("still-says");
  let since = Date.now();
  const touched = () => {
    since = Date.now();
    still.hidden = true;
  };
  for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, touched, true);
  const timer = setInterval(() => {
    const left = IDLE - Math.floor((Date.now() - since) / 1000);
    if (left > WARN) return;
    says.textContent = still.dataset.says.replace("{n}", Math.max(0, left));
    if (still.hidden) {
      still.hidden = false;
      still.querySelector("button").focus();
    }
    if (left > 0) return;
    clearInterval(timer);
    document.body.replaceChildren(document.getElementById("wipe")); // nothing stands here while it is being wiped
    document.getElementById("wipe").submit();
  }, 500);
}
