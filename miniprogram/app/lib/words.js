/* Chinese first, whatever the phone prefers; English by one tap, remembered. */
const store = require("./store");
const tables = { zh: require("./zh"), en: require("./en") };

function language() {
  return store.get("language", "zh") === "en" ? "en" : "zh";
}

function use(name) {
  store.put("language", name);
}

/* As Accept-Language wants it. */
function tag() {
  return language() === "en" ? "en" : "zh-CN";
}

/* All the words of the pages, as WXML reads them: {{t.apply}}. */
function table() {
  return tables[language()];
}

/* One text, with its {parts} filled in. */
function t(name, facts) {
  const text = table()[name];
  if (text === undefined) throw new Error("no words for " + name);
  return text.replace(/\{(\w+)\}/g, (whole, part) => (facts && part in facts ? String(facts[part]) : whole));
}

/* A value of ours in words, or as it is when nobody has worded it yet. */
function named(kind, value) {
  const text = table()[kind + "_" + value];
  return text === undefined ? value : text;
}

module.exports = { language, use, tag, table, t, named, tables };
