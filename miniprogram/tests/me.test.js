const simulate = require("miniprogram-simulate");
const { phone, settle, drawn, keys, STATION } = require("./phone");

const here = phone();
global.wx = Object.assign(global.wx, here.wx);
const draw = drawn(simulate, "pages/me/me");

let page;
async function shown() {
  here.store.station = JSON.stringify("yufeng");
  page = draw();
  await page.instance.onShow();
  await settle();
}
const text = () => page.dom.textContent.replace(/\s+/g, " ");

beforeEach(() => {
  Object.keys(here.store).forEach((name) => delete here.store[name]);
  here.calls.length = 0;
  here.made.base = undefined;
  Object.assign(here.answers, {
    "GET /api/v1/markets/yufeng": { data: STATION },
    "GET /api/v1/wechat/settings": { data: { templates: {}, webview: false } },
    "POST /api/v1/auth/wechat": { data: { linked: true, token: "tok", expires_at: "2099-01-01T00:00:00Z", name: "韦建国" } },
    "GET /api/v1/me": { data: { name: "韦建国", number: "Y-1001", personalised: true } },
    "GET /api/v1/me/subscriptions": { data: [{ purpose: "work", left: 2, used: 1 }, { purpose: "talk", left: 0, used: 0 }] },
  });
});

test("it says who he is here and how many messages may still come", async () => {
  await shown();
  expect(text()).toContain("韦建国");
  expect(text()).toContain("Y-1001");
  expect(text()).toContain("微信还能告诉您 2 次消息。");
});

test.each([
  [{ left: 0, used: 3 }, "同意的次数用完了"],
  [{ left: 0, used: 0 }, "您没有让微信告诉您消息"],
])("consents %j are said", async (counts, words) => {
  here.answers["GET /api/v1/me/subscriptions"] = { data: [{ purpose: "work", ...counts }] };
  await shown();
  expect(text()).toContain(words);
});

test("of new work it says how often WeChat may still tell, and nothing where nobody agreed", async () => {
  await shown();
  expect(text()).not.toContain("合适的新活");
  here.answers["GET /api/v1/me/subscriptions"] = {
    data: [{ purpose: "work", left: 1, used: 0 }, { purpose: "new", left: 3, used: 0 }],
  };
  await shown();
  expect(text()).toContain("微信还能告诉您 1 次消息。");
  expect(text()).toContain("有合适的新活，微信还能告诉您 3 次。");
});

test("personalisation goes off by one tap, as the server says", async () => {
  here.answers["PUT /api/v1/me/personalisation"] = (asked) => ({ data: { personalised: asked.data.on } });
  await shown();
  await page.instance.personalise();
  await settle();
  const put = here.calls.find((call) => call.key.startsWith("PUT"));
  expect([put.data, page.data.personalised]).toEqual([{ on: false }, false]);
});

test("when switching fails, the switch stays as it was", async () => {
  here.answers["PUT /api/v1/me/personalisation"] = "offline";
  await shown();
  await page.instance.personalise();
  await settle();
  expect([page.data.personalised, page.data.trouble]).toEqual([true, "现在没有网络。可以打驿站电话。"]);
});

test("large text by one tap, and back", async () => {
  await shown();
  page.instance.enlarge();
  expect([page.data.root, page.data.large]).toEqual([24, true]);
  page.instance.enlarge();
  expect([page.data.root, page.data.large]).toEqual([18, false]);
});

test("English by one tap, and back", async () => {
  await shown();
  await page.instance.speak();
  await settle();
  expect([text().includes("Recommend jobs by my file"), here.made.title]).toEqual([true, "Me"]);
  await page.instance.speak();
  await settle();
  expect(text()).toContain("按我的档案推荐活");
});

test("unlinking is asked about, and leaves no token on the phone", async () => {
  here.answers["DELETE /api/v1/auth/wechat"] = { status: 204, data: "" };
  await shown();
  here.made.confirm = false;
  page.instance.unlink();
  await settle();
  expect(keys(here.calls)).not.toContain("DELETE /api/v1/auth/wechat");
  here.made.confirm = true;
  page.instance.unlink();
  await settle();
  expect([here.store.session, page.data.linked, text().includes("驿站怎么认得您")]).toEqual([undefined, false, true]);
});

test("whoever is not known may still choose large text", async () => {
  here.answers["POST /api/v1/auth/wechat"] = { data: { linked: false, token: "" } };
  await shown();
  expect(text()).toContain("大字");
  expect(text()).toContain("驿站怎么认得您");
});
