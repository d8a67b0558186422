const simulate = require("miniprogram-simulate");
const { phone, settle, drawn, keys, SHIFT, STATION } = require("./phone");

const here = phone();
global.wx = Object.assign(global.wx, here.wx);
const draw = drawn(simulate, "pages/job/job");
const APPLY = "POST /api/v1/shifts/12/applications";
const LOGIN = "POST /api/v1/auth/wechat";
const linked = { linked: true, token: "tok", expires_at: "2099-01-01T00:00:00Z", name: "韦建国" };

let page;
async function shown() {
  page = draw();
  page.instance.onLoad({ id: "12", station: "yufeng" });
  page.instance.onShow();
  await settle();
  here.calls.length = 0;
}
const text = () => page.dom.textContent.replace(/\s+/g, " ");

beforeEach(() => {
  Object.keys(here.store).forEach((name) => delete here.store[name]);
  here.calls.length = 0;
  here.made.asked.length = 0;
  here.made.consent = { "work-id": "accept" };
  Object.assign(here.answers, {
    "GET /api/v1/markets/yufeng": { data: STATION },
    "GET /api/v1/wechat/settings": { data: { templates: { work: "work-id" }, webview: true } },
    "GET /api/v1/shifts/12": { data: SHIFT },
    [LOGIN]: { data: linked },
    [APPLY]: { status: 201, data: { state: "applied" } },
    "POST /api/v1/me/subscriptions": { data: [] },
  });
});

test("what is not said prints 没说", async () => {
  await shown();
  expect(text()).toContain("管饭没说");
  expect(text()).toContain("干什么把冰箱搬到仓库。");
  expect(text()).toContain("莫专员核实");
});

test("applying asks for the message first, straight from the tap, and counts what was agreed to", async () => {
  await shown();
  await page.instance.apply();
  await settle();
  expect(keys(here.calls)).toEqual(["subscribe", LOGIN, APPLY, "POST /api/v1/me/subscriptions"]);
  expect(here.calls[3].data).toEqual({ purposes: ["work"] });
  expect(text()).toContain("报上名了");
});

test("where there is a template for new work too, one window asks for both and each is counted by itself", async () => {
  here.answers["GET /api/v1/wechat/settings"] = { data: { templates: { work: "work-id", new: "new-id", talk: "talk-id" } } };
  here.made.consent = { "work-id": "reject", "new-id": "accept" };
  await shown();
  await page.instance.apply();
  await settle();
  expect(here.made.asked).toEqual([["work-id", "new-id"]]);
  expect(here.calls[3].data).toEqual({ purposes: ["new"] });
  expect(text()).toContain("报上名了");
});

test("an impatient thumb applies once and is asked once", async () => {
  await shown();
  page.instance.apply();
  page.instance.apply();
  await page.instance.apply();
  await settle();
  expect(keys(here.calls).filter((key) => key === APPLY).length).toBe(1);
  expect(here.made.asked).toEqual([["work-id"]]);
});

test.each([
  ["refuses", { "work-id": "reject" }],
  ["is not asked by WeChat", null],
])("somebody who %s applies all the same, and nothing is counted", async (_how, consent) => {
  here.made.consent = consent;
  await shown();
  await page.instance.apply();
  await settle();
  expect(keys(here.calls).slice(-1)).toEqual([APPLY]);
  expect(text()).toContain("报上名了");
});

test("where it is full he is on the waiting list", async () => {
  here.answers["GET /api/v1/shifts/12"] = { data: { ...SHIFT, open: 0 } };
  here.answers[APPLY] = { status: 201, data: { state: "waitlisted" } };
  await shown();
  expect(text()).toContain("满了，可以候补");
  await page.instance.apply();
  await settle();
  expect(text()).toContain("您在候补");
});

test("a refusal is told in the server's words", async () => {
  here.answers[APPLY] = { status: 409, data: { detail: "那段时间已经有活了。", code: "refused" } };
  await shown();
  await page.instance.apply();
  await settle();
  expect([page.data.trouble, page.data.applied]).toEqual(["那段时间已经有活了。", ""]);
});

test("whoever is not known says who he is, and what he wanted happens then", async () => {
  here.answers[LOGIN] = { data: { linked: false, token: "" } };
  await shown();
  await page.instance.apply();
  await settle();
  expect(text()).toContain("驿站怎么认得您");
  expect(keys(here.calls)).toEqual(["subscribe", LOGIN]);
  here.answers["POST /api/v1/auth/wechat/phone"] = { data: linked };
  const join = page.querySelector("#join");
  await join.instance.pressed({ detail: { code: "phone-code" } });
  await settle();
  expect(keys(here.calls).slice(2)).toEqual([
    "POST /api/v1/auth/wechat/phone", APPLY, "POST /api/v1/me/subscriptions",
  ]);
  expect(here.calls[2].data).toEqual({ code: "code-" + here.calls[2].data.code.slice(5), market: "yufeng", phone_code: "phone-code" });
  expect(text()).toContain("报上名了");
});

test("refusing the phone number costs nothing: the code of the station stays", async () => {
  here.answers[LOGIN] = { data: { linked: false, token: "" } };
  await shown();
  await page.instance.apply();
  await settle();
  const join = page.querySelector("#join");
  await join.instance.pressed({ detail: { errMsg: "getPhoneNumber:fail user deny" } });
  expect(join.instance.data.trouble).toBe("");
  here.answers["POST /api/v1/auth/wechat/code"] = { status: 409, data: { detail: "验证码不对或过时了。" } };
  join.instance.setData({ phone: "15400001234", code: "123456" });
  await join.instance.typed();
  await settle();
  expect(join.instance.data.trouble).toBe("验证码不对或过时了。");
});

test("on a family phone he says which one he is", async () => {
  here.answers[LOGIN] = { data: { linked: false, token: "" } };
  await shown();
  await page.instance.apply();
  await settle();
  here.answers["POST /api/v1/auth/wechat/phone"] = {
    data: { linked: false, token: "", choice: "signed", people: [{ id: "p1", name: "韦建国" }, { id: "p2", name: "韦小妹" }] },
  };
  here.answers["POST /api/v1/auth/wechat/choose"] = { data: linked };
  const join = page.querySelector("#join");
  await join.instance.pressed({ detail: { code: "phone-code" } });
  await settle();
  expect(text()).toContain("韦小妹");
  await join.instance.chosen({ currentTarget: { dataset: { person: "p2" } } });
  await settle();
  const chosen = here.calls.find((call) => call.key.endsWith("/choose"));
  expect([chosen.data.choice, chosen.data.person]).toEqual(["signed", "p2"]);
  expect(text()).toContain("报上名了");
});
