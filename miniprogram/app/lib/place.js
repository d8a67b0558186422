/* What is known of the station: shown at once from the phone, also without a network, and looked up anew. */
const api = require("./api");
const once = require("./once");
const station = require("./station");
const store = require("./store");

const NAME = "place";

function known() {
  const kept = store.get(NAME, null);
  return kept && kept.code === station.code() ? kept : null;
}

const fresh = once.single(async () => {
  const found = await api.info();
  store.put(NAME, found);
  return found;
});

module.exports = { known, fresh };
