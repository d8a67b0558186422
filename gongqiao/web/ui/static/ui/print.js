/* The browser's own printing: by a button, or at once where the page was asked for to be printed. */
"use strict";
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
if (document.querySelector("[data-print-now]")) {
  history.replaceState(null, "", location.pathname); /* opened again it is looked at, not printed again */
  window.print();
}
