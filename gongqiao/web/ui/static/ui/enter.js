/* Inside the mini program nobody need press; in any other browser somebody does, and reads in whose name. */
"use strict";
const entering = document.querySelector("form[data-enter]");
if (entering && /miniprogram/i.test(navigator.userAgent)) entering.requestSubmit();
