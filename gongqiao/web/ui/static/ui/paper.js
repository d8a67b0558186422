/* A paper is keyed: digits choose. In a question with choices, 1 is the first; in one with several, again takes it away.
   More than nine: two digits soon after each other. Without this file arrows and the space bar do. */
"use strict";
(() => {
  const form = document.querySelector("[data-digits]");
  if (!form) return;
  const SOON = 600; /* milliseconds between the two digits of a number */
  let typed = "";
  let last = 0;

  function choose(question, number) {
    const choice = question.querySelectorAll("input[type=radio], input[type=checkbox]")[number - 1];
    if (!choice) return false;
    choice.focus();
    choice.click();
    return true;
  }

  form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!event.target.matches("input[type=radio], input[type=checkbox]")) return;
    const question = event.target.closest("fieldset, .field");
    if (event.key === "Enter") {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[value=save]"));
      return;
    }
    if (!/^[0-9]$/.test(event.key)) return;
    const again = event.timeStamp - last < SOON && typed;
    const both = again ? typed + event.key : "";
    last = event.timeStamp;
    if (both && question.querySelectorAll("input")[Number(both) - 1]) {
      if (question.querySelector("input[type=checkbox]")) choose(question, Number(typed)); /* the first digit was none */
      choose(question, Number(both));
      typed = "";
    } else {
      choose(question, Number(event.key));
      typed = event.key;
    }
    event.preventDefault();
  });
})();
