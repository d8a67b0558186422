const simulate = require("miniprogram-simulate");
const { phone, settle, drawn, keys, STATION } = require("./phone");

const here = phone();
global.wx = Object.assign(global.wx, here.wx);
const draw = drawn(simulate, "pages/web/web");
const TICKET = "POST /api/v1/auth/web-ticket";

beforeEach(() => {
  Object.keys(here.store).forEach((name) => delete here.store[name]);
  here.store.station = JSON.stringify("yufeng");
  here.calls.length = 0;
  Object.assign(here.answers, {
    "GET /api/v1/markets/yufeng": { data: STATION },
    "POST /api/v1/auth/wechat": { data: { linked: true, token: "tok", expires_at: "2099-01-01T00:00:00Z", name: "韦" } },
    [TICKET]: { status: 201, data: { ticket: "a+b/c" } },
  });
});

test("the site is opened with a ticket, and with nothing else of the person", async () => {
  const page = draw();
  await page.instance.onLoad({ to: encodeURIComponent("/m/yufeng/pay/") });
  await settle();
  expect(here.calls.find((call) => call.key === TICKET).data).toEqual({ to: "/m/yufeng/pay/" });
  expect(page.data.address).toBe("https://gongqiao.example.org/enter/?ticket=a%2Bb%2Fc");
});

test("without a ticket it says why, and whom to call", async () => {
  here.answers[TICKET] = { status: 409, data: { detail: "没有这一页。" } };
  const page = draw();
  await page.instance.onLoad({ to: "%2Fx%2F" });
  await settle();
  expect([page.data.address, page.data.trouble]).toEqual(["", "没有这一页。"]);
  expect(page.dom.textContent).toContain("12333");
  expect(keys(here.calls).filter((key) => key === TICKET).length).toBe(1);
});
