const simulate = require("miniprogram-simulate");
const { phone, settle, drawn, keys, SHIFT, STATION } = require("./phone");

const here = phone();
global.wx = Object.assign(global.wx, here.wx);
const draw = drawn(simulate, "pages/mine/mine");
const WORK = "GET /api/v1/me/work";

let page;
async function shown() {
  here.store.station = JSON.stringify("yufeng");
  here.store.place = JSON.stringify(STATION);
  page = draw();
  page.instance.onLoad({});
  await page.instance.onShow();
  await settle();
}
const text = () => page.dom.textContent.replace(/\s+/g, " ");

beforeEach(() => {
  Object.keys(here.store).forEach((name) => delete here.store[name]);
  here.calls.length = 0;
  here.made.navigated.length = 0;
  Object.assign(here.answers, {
    "GET /api/v1/markets/yufeng": { data: STATION },
    "GET /api/v1/wechat/settings": { data: { templates: {}, webview: true } },
    "POST /api/v1/auth/wechat": { data: { linked: true, token: "tok", expires_at: "2099-01-01T00:00:00Z", name: "韦建国" } },
    [WORK]: {
      data: {
        items: [
          { id: 7, state: "offered", answer_by: "2099-11-26T04:00:00Z", shift: SHIFT, wage: null },
          { id: 6, state: "done", answer_by: null, shift: SHIFT, wage: { state: "due", due_fen: 18000, paid_fen: null } },
        ],
        next: "",
      },
    },
  });
});

test("each work says how it stands, when, where, and the pay", async () => {
  await shown();
  expect(text()).toContain("家电卸车等您回话");
  expect(text()).toContain("集合：仓库大门");
  expect(text()).toContain("180 元/天");
  expect(text()).toContain("该给 180 元");
});

const ANSWER = "POST /api/v1/me/answers/7";
const on = (id) => ({ currentTarget: { dataset: { id } } });
const answers = () => here.calls.filter((call) => call.key === ANSWER);

test("an offer is answered here, once however often it is pressed", async () => {
  here.answers[ANSWER] = { data: { state: "accepted" } };
  await shown();
  page.instance.go(on(7));
  await page.instance.go(on(7));
  await settle();
  expect(answers().map((call) => call.data)).toEqual([{ go: true }]);
  expect(keys(here.calls).lastIndexOf(WORK)).toBeGreaterThan(keys(here.calls).indexOf(ANSWER)); /* how it stands now */
});

test("a no has its reason; closing the sheet says nothing", async () => {
  here.answers[ANSWER] = { data: { state: "declined" } };
  await shown();
  here.made.choice = undefined;
  page.instance.decline(on(7));
  await settle();
  expect(answers()).toEqual([]);
  here.made.choice = 2;
  page.instance.decline(on(7));
  await settle();
  expect(answers().map((call) => call.data)).toEqual([{ go: false, reason: "far" }]);
});

test("an answer that comes too late is told, and the list says how it stands", async () => {
  here.answers[ANSWER] = { status: 409, data: { detail: "回话的时间过了。" } };
  await shown();
  await page.instance.go(on(7));
  await settle();
  expect(page.data.trouble).toBe("回话的时间过了。");
});

test("an offer can be answered by phone too, and the rest is on the site where WeChat may show it", async () => {
  await shown();
  page.instance.call({ currentTarget: { dataset: { phone: page.data.phone } } });
  page.instance.site();
  expect([here.made.phoned, here.made.navigated]).toEqual([
    ["0772-1234567"], ["/pages/web/web?to=" + encodeURIComponent("/m/yufeng/" + "work/")],
  ]);
});

test("before there is a business domain no button leads to the site", async () => {
  here.answers["GET /api/v1/wechat/settings"] = { data: { templates: {}, webview: false } };
  jest.resetModules();
  await shown();
  await settle();
  expect([page.data.web, text().includes("工钱、评价、更多"), text().includes("打电话回话")]).toEqual([false, false, true]);
});

test("whoever is not known is asked who he is", async () => {
  here.answers["POST /api/v1/auth/wechat"] = { data: { linked: false, token: "" } };
  await shown();
  expect(text()).toContain("驿站怎么认得您");
  expect(keys(here.calls)).not.toContain(WORK);
});

test("without any work it says so", async () => {
  here.answers[WORK] = { data: { items: [], next: "" } };
  await shown();
  expect(text()).toContain("还没有您的活");
});
