/* My number: every few seconds the page asks again how many are before me. Without it one loads the page anew. */
"use strict";
const place = document.getElementById("place");

setInterval(async () => {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("place");
    if (fresh && fresh.innerHTML !== place.innerHTML) {
      place.replaceChildren(...fresh.childNodes);
      if (place.querySelector(".notice")) navigator.vibrate?.([400, 200, 400]);
    }
  } catch {
    /* no network this moment: the number stands, the screen in the hall calls too */
  }
}, 8000);
