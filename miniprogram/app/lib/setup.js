/* What the operator has set at the server: templates to ask for, whether pages of the site may be opened here. */
const api = require("./api");
const once = require("./once");

let kept = null;

const load = once.single(async () => {
  kept = await api.settings();
  return kept;
});

/* Known by now, or null: a tap cannot wait for it. */
const known = () => kept;

module.exports = { load, known };
