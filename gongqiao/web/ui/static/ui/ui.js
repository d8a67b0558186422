/* Keys for the desk: / finds, j and k move, Enter opens, ? lists them. Pages work without this file. */
"use strict";
const rows = () => [...document.querySelectorAll("[data-row]")];
const handle = (row) => (row.matches("a") ? row : row.querySelector("a, button, input, select"));

function move(step) {
  const all = rows();
  const here = all.indexOf(document.activeElement.closest("[data-row]"));
  const next = all[Math.min(all.length - 1, Math.max(0, here + step))];
  const target = next && handle(next);
  if (target) {
    target.focus();
    next.scrollIntoView({ block: "nearest" });
  }
}

function find() {
  const box = document.getElementById("find");
  if (box) {
    box.focus();
    box.select();
  }
  return box;
}

function keys() {
  const list = document.getElementById("keys");
  if (list) {
    list.open = !list.open;
    list.querySelector("summary").focus();
  }
  return list;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const typing = event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select");
  if (typing) {
    if (event.key === "Escape") typing.blur();
    return;
  }
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "/" && find()) event.preventDefault();
  else if (event.key === "?" && keys()) event.preventDefault();
});

/* What was refused is read first; the chosen row of a long list is in sight. */
document.querySelector("[data-first]")?.focus();
document.querySelector(".scroll [aria-current]")?.scrollIntoView({ block: "nearest" });
