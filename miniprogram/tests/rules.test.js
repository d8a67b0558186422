/* What keeps the program thin, readable and within WeChat's rules. */
const fs = require("fs");
const path = require("path");
const { APP } = require("./phone");

const read = (name) => fs.readFileSync(path.join(APP, name), "utf8");
const app = JSON.parse(read("app.json"));

function all(folder = APP) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    return entry.isDirectory() ? all(name) : [name];
  });
}

const of = (ending) => all().filter((name) => name.endsWith(ending));
const short = (name) => path.relative(APP, name);
const texts = (ending) => of(ending).map((name) => [short(name), fs.readFileSync(name, "utf8")]);

test("six pages at most, each whole", () => {
  expect(app.pages.length).toBeLessThanOrEqual(6);
  const missing = app.pages.flatMap((page) =>
    [".js", ".json", ".wxml", ".wxss"].map((end) => page + end).filter((name) => !fs.existsSync(path.join(APP, name)))
  );
  expect(missing).toEqual([]);
});

test("the tabs are pages, and the same in both places", () => {
  const tabs = app.tabBar.list.map((tab) => tab.pagePath);
  expect(tabs.filter((tab) => !app.pages.includes(tab))).toEqual([]);
  expect([...read("custom-tab-bar/index.js").matchAll(/path: "\/(.+?)"/g)].map((match) => match[1])).toEqual(tabs);
});

test("what is uploaded is small and needs no package", () => {
  const bytes = all().reduce((sum, name) => sum + fs.statSync(name).size, 0);
  expect(bytes).toBeLessThanOrEqual(200 * 1024);
  const asked = texts(".js").flatMap(([name, text]) =>
    [...text.matchAll(/require\("(.+?)"\)/g)].map((match) => match[1]).filter((module) => !module.startsWith("."))
      .map((module) => name + ": " + module)
  );
  expect(asked).toEqual([]);
  expect(JSON.parse(fs.readFileSync(path.join(APP, "../package.json"), "utf8")).dependencies).toBeUndefined();
});

test("pages are made by Component, plain WXML, no script in it", () => {
  expect(texts(".js").filter(([, text]) => /^\s*Page\(/m.test(text)).map(([name]) => name)).toEqual([]);
  expect(texts(".wxml").filter(([, text]) => /<wxs|\.wxs/.test(text)).map(([name]) => name)).toEqual([]);
});

test("nothing has a fixed height or a fixed text size: large text grows it", () => {
  const found = texts(".wxss").flatMap(([name, text]) =>
    text.split("\n").filter((line) => /^\s*(height|max-height)\s*:/.test(line) || /font-size:\s*[\d.]+(px|rpx)/.test(line))
      .map((line) => name + ": " + line.trim())
  );
  expect(found).toEqual([]);
});

test("every page follows the text size and ends with whom to call", () => {
  const pages = app.pages.map((page) => [page, read(page + ".wxml")]);
  expect(pages.filter(([, text]) => !text.startsWith("<page-meta root-font-size")).map(([page]) => page)).toEqual([]);
  expect(pages.filter(([, text]) => !text.includes("<help />")).map(([page]) => page)).toEqual([]);
});

test("whatever is tapped says what it is", () => {
  const nameless = texts(".wxml").flatMap(([name, text]) =>
    [...text.matchAll(/<(view|text)\b[^>]*bindtap[^>]*>/g)].map((match) => match[0])
      .filter((tag) => !/aria-role="(button|tab|radio|checkbox|switch)"/.test(tag)).map((tag) => name + ": " + tag)
  );
  expect(nameless).toEqual([]);
});

test("what is typed into has a name, and a picture has one", () => {
  const nameless = texts(".wxml").flatMap(([name, text]) =>
    [...text.matchAll(/<(input|textarea|image)\b[^>]*>/g)].map((match) => match[0])
      .filter((tag) => !tag.includes("aria-label")).map((tag) => name + ": " + tag)
  );
  expect(nameless).toEqual([]);
});

test("the place of the phone is never asked for", () => {
  expect(texts(".js").filter(([, text]) => /getLocation|getFuzzyLocation|chooseLocation/.test(text))).toEqual([]);
  expect(app.requiredPrivateInfos).toBeUndefined();
});
