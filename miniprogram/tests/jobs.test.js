const simulate = require("miniprogram-simulate");
const { phone, settle, drawn, keys, SHIFT, STATION } = require("./phone");

const here = phone();
global.wx = Object.assign(global.wx, here.wx);
const draw = drawn(simulate, "pages/jobs/jobs");
const LIST = "GET /api/v1/markets/yufeng/shifts";

let page;
async function shown(query) {
  page = draw();
  page.instance.onLoad(query || {});
  page.instance.onShow();
  await settle();
  return page;
}
const text = () => page.dom.textContent.replace(/\s+/g, " ");

beforeEach(() => {
  Object.keys(here.store).forEach((name) => delete here.store[name]);
  here.calls.length = 0;
  here.made.navigated.length = 0;
  here.answers["GET /api/v1/markets"] = { data: [STATION, { code: "liunan", name: "柳南零工驿站" }] };
  here.answers["GET /api/v1/markets/yufeng"] = { data: STATION };
  here.answers[LIST] = { data: { items: [SHIFT], next: "" } };
});

test("a scanned code shows the jobs of that station, without signing in", async () => {
  await shown({ scene: "m%3Dyufeng" });
  expect(keys(here.calls).filter((key) => key.includes("auth"))).toEqual([]);
  expect(text()).toContain("家电卸车");
  expect(text()).toContain("180 元/天");
  expect(text()).toContain("集合：仓库大门");
  expect(text()).toContain("还要 2 人");
  expect(page.data.name).toBe("鱼峰零工驿站");
});

test("at the foot stand the station's phone and 12333", async () => {
  await shown({ scene: "m%3Dyufeng" });
  expect(text()).toContain("0772-1234567");
  expect(text()).toContain("12333");
});

test("without a station it asks which, and the one chosen is remembered", async () => {
  await shown();
  expect(text()).toContain("柳南零工驿站");
  page.instance.choose({ currentTarget: { dataset: { code: "yufeng" } } });
  await settle();
  expect([text().includes("家电卸车"), JSON.parse(here.store.station)]).toEqual([true, "yufeng"]);
});

test("a code that is none of ours changes nothing", async () => {
  await shown({ scene: "m%3Dyufeng" });
  here.made.scan = { result: "https://pay.example.org/" };
  page.instance.scan();
  await settle();
  expect([page.data.trouble, JSON.parse(here.store.station)]).toEqual(["这不是驿站的码。", "yufeng"]);
});

test("without a network it says so and still shows whom to call", async () => {
  here.store.place = JSON.stringify(STATION);
  here.answers[LIST] = "offline";
  here.answers["GET /api/v1/markets/yufeng"] = "offline";
  await shown({ scene: "m%3Dyufeng" });
  expect(text()).toContain("现在没有网络");
  expect(text()).toContain("0772-1234567");
});

test("more is added below, and a job opens by a tap on its card", async () => {
  here.answers[LIST] = (asked) => ({
    data: asked.data.cursor ? { items: [{ ...SHIFT, id: 13, title: "搬家" }], next: "" } : { items: [SHIFT], next: "c2" },
  });
  await shown({ scene: "m%3Dyufeng" });
  await page.instance.more();
  await settle();
  expect(page.data.cards.map((card) => card.id)).toEqual([12, 13]);
  page.instance.open({ detail: { id: 13 } });
  expect(here.made.navigated).toEqual(["/pages/job/job?id=13"]);
});

test("where nobody is wanted it says so", async () => {
  here.answers[LIST] = { data: { items: [], next: "" } };
  await shown({ scene: "m%3Dyufeng" });
  expect(text()).toContain("现在没有还要人的活");
});
