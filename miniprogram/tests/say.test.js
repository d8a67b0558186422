const simulate = require("miniprogram-simulate");
const { phone, settle, drawn, STATION } = require("./phone");

const here = phone();
global.wx = Object.assign(global.wx, here.wx);
const draw = drawn(simulate, "pages/say/say");
const WAY = "POST /api/v1/markets/yufeng/tickets";
const arrived = { status: 201, data: { number: "T-1001", code: "482109375516", answer_by: "2099-12-03T10:00:00Z" } };

let page;
async function shown(query) {
  page = draw();
  page.instance.onLoad(query === undefined ? { station: "yufeng" } : query);
  await page.instance.onShow();
  await settle();
}
const text = () => page.dom.textContent.replace(/\s+/g, " ");
const tick = (value) => page.instance.tick({ currentTarget: { dataset: { value } } });
const type = (name, value) => page.instance.type({ currentTarget: { dataset: { name } }, detail: { value } });
const sent = () => here.calls.filter((call) => call.key === WAY);
const body = (call) => Buffer.from(call.data).toString("latin1");

beforeEach(() => {
  Object.keys(here.store).forEach((name) => delete here.store[name]);
  here.calls.length = 0;
  here.made.files = { "a.jpg": new Uint8Array([255, 216, 255]).buffer, "voice.mp3": new Uint8Array([73, 68, 51]).buffer };
  here.made.photos = ["a.jpg"];
  here.made.deaf = false;
  here.answers["GET /api/v1/markets/yufeng"] = { data: STATION };
  here.answers[WAY] = arrived;
});

test("words arrive and a code with a date comes back", async () => {
  await shown();
  tick("wages");
  type("text", "说好一百八，只给了一百五。");
  await page.instance.send();
  await settle();
  expect(sent().length).toBe(1);
  expect(text()).toContain("送到了。 查询码 482109375516");
  expect([page.data.text, page.data.category]).toEqual(["", ""]);
});

test("a voice and a picture go along in the same form", async () => {
  await shown();
  tick("safety");
  page.instance.record();
  await settle();
  expect(text()).toContain("正在录");
  page.instance.record();
  page.instance.picture();
  await page.instance.send();
  await settle();
  const said = body(sent()[0]);
  expect(said).toContain('name="voice"; filename="voice.mp3"\r\nContent-Type: audio/mpeg');
  expect(said).toContain('name="photo"; filename="photo.jpg"\r\nContent-Type: image/jpeg');
  expect(said).toContain('name="category"\r\n\r\nsafety');
});

test("without a network it is kept, and sent once when there is one", async () => {
  here.answers[WAY] = "offline";
  await shown();
  tick("job");
  type("text", "活不一样");
  await page.instance.send();
  await settle();
  expect(text()).toContain("存在手机上，还没送到");
  here.answers[WAY] = arrived;
  page.instance.again();
  await page.instance.again();
  await settle();
  expect(sent().map((call) => call.header["Idempotency-Key"])).toEqual([sent()[0].header["Idempotency-Key"], sent()[0].header["Idempotency-Key"]]);
  expect([text().includes("存在手机上"), text().includes("482109375516")]).toEqual([false, true]);
});

test("an impatient thumb says it once", async () => {
  await shown();
  tick("job");
  type("text", "活不一样");
  page.instance.send();
  await page.instance.send();
  await settle();
  expect(sent().length).toBe(1);
});

test("nothing said, or about nothing, is not sent", async () => {
  await shown();
  await page.instance.send();
  expect(page.data.trouble).toBe("请先选是什么事。");
  tick("job");
  await page.instance.send();
  expect([page.data.trouble, sent().length]).toEqual(["请写几句，或者录一段话。", 0]);
});

test("what is refused stays with the reason and can be thrown away", async () => {
  here.answers[WAY] = { status: 422, data: { detail: "照片太大。" } };
  await shown();
  tick("job");
  type("text", "看照片");
  page.instance.picture();
  await page.instance.send();
  await settle();
  expect(text()).toContain("照片太大。");
  page.instance.drop({ currentTarget: { dataset: { key: page.data.kept[0].key } } });
  expect([page.data.kept, Object.keys(here.made.files)]).toEqual([[], ["a.jpg", "voice.mp3"]]);
});

test("a phone without room says so and keeps the words in the form", async () => {
  await shown();
  tick("job");
  type("text", "很长的话");
  here.made.full = true;
  await page.instance.send();
  here.made.full = false;
  expect([page.data.trouble, page.data.text]).toEqual(["手机没有地方存了，先删一点东西再试。", "很长的话"]);
});

test("without a microphone it says what else to do", async () => {
  here.made.deaf = true;
  await shown();
  page.instance.record();
  await settle();
  expect([page.data.recording, page.data.trouble]).toEqual([false, "没有录成。请让微信用话筒，或者写几句。"]);
});

test("a name is offered to whoever is signed in, and never taken unasked", async () => {
  here.store.station = JSON.stringify("yufeng");
  here.store.session = JSON.stringify({ token: "tok", until: Date.now() + 1e7 });
  await shown();
  expect(text()).toContain("用我的名字说");
  tick("job");
  type("text", "活不一样");
  await page.instance.send();
  await settle();
  expect(sent()[0].header.Authorization).toBe(undefined);
});

test("without a station it says how to get one", async () => {
  await shown({});
  expect(text()).toContain("先扫驿站的码");
});
