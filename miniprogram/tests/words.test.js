/* Every text stands in both languages, says the same parts, and is the only place of its words. */
const fs = require("fs");
const path = require("path");
const { APP } = require("./phone");
const zh = require("../app/lib/zh");
const en = require("../app/lib/en");

const CHINESE = /[\u4e00-\u9fff]/;

function files(folder, ending) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) return files(name, ending);
    return name.endsWith(ending) ? [name] : [];
  });
}

const short = (name) => path.relative(APP, name);
const parts = (text) => (text.match(/\{\w+\}/g) || []).sort();
const bare = (text) => text.replace(/\/\*[\s\S]*?\*\//g, "");

test("both languages have the same names and the same parts", () => {
  expect(Object.keys(en)).toEqual(Object.keys(zh));
  const unlike = Object.keys(zh).filter((name) => String(parts(zh[name])) !== String(parts(en[name])));
  expect(unlike).toEqual([]);
});

test("no English text holds Chinese, but for the name of the other language", () => {
  expect(Object.keys(en).filter((name) => CHINESE.test(en[name]))).toEqual(["other_language"]);
});

test("lists have the same length", () => {
  const lengths = (table) => [table.weekdays, table.months].map((list) => list.split(" ").length);
  expect([lengths(zh), lengths(en)]).toEqual([[7, 12], [7, 12]]);
});

test("words stand in the two tables alone", () => {
  const tables = ["lib/zh.js", "lib/en.js"];
  const code = files(APP, ".js").filter((name) => !tables.includes(short(name)));
  const found = [...code, ...files(APP, ".wxml")].filter((name) => CHINESE.test(bare(fs.readFileSync(name, "utf8"))));
  expect(found.map(short)).toEqual([]);
});

test("every name that a page or a module uses is in the tables, and none is there for nothing", () => {
  const used = new Set();
  files(APP, ".wxml").forEach((name) => {
    for (const match of fs.readFileSync(name, "utf8").matchAll(/\bt\.(\w+)/g)) used.add(match[1]);
  });
  files(APP, ".js").forEach((name) => {
    for (const match of fs.readFileSync(name, "utf8").matchAll(/"([a-z0-9_]+)"/g)) used.add(match[1]);
  });
  const families = /^(unit|paid|state|wage|category|decline)_/;
  const names = Object.keys(zh);
  expect(names.filter((name) => !used.has(name) && !families.test(name))).toEqual([]);
  const asked = [];
  files(APP, ".wxml").forEach((name) => {
    for (const match of fs.readFileSync(name, "utf8").matchAll(/\bt\.(\w+)/g)) asked.push(match[1]);
  });
  files(APP, ".js").forEach((name) => {
    for (const match of fs.readFileSync(name, "utf8").matchAll(/words\.t\("(\w+)"[,)]/g)) asked.push(match[1]);
  });
  expect(asked.filter((name) => !names.includes(name))).toEqual([]);
});
