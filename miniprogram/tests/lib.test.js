/* The modules below the pages. */
const { phone, settle, keys, NOW } = require("./phone");

let here;
beforeEach(() => {
  jest.resetModules();
  here = phone();
  global.wx = here.wx;
  here.store.station = JSON.stringify("yufeng");
});

const load = (name) => require("../app/lib/" + name);
const linked = { data: { linked: true, token: "tok", expires_at: "2099-01-01T00:00:00Z", name: "韦建国" } };

describe("times", () => {
  const now = NOW.getTime();

  test("days that are near have words, a night ends the next day", () => {
    const { span } = load("times");
    expect(span("2026-11-26T00:00:00Z", "2026-11-26T08:00:00Z", now)).toBe("今天 08:00–16:00");
    expect(span("2026-11-27T14:00:00.123456Z", "2026-11-27T22:00:00Z", now)).toBe("明天 22:00–次日 06:00");
    expect(span("2026-12-05T00:00:00Z", "2026-12-05T01:30:00Z", now)).toBe("12月5日 周六 08:00–09:30");
  });

  test("the day is that of China, whatever the phone's zone", () => {
    const { moment } = load("times");
    expect(moment("2026-11-25T16:30:00+00:00", now)).toBe("今天 00:30");
    expect(moment("2026-11-26T00:30:00+08:00", now)).toBe("今天 00:30");
    expect(moment("", now)).toBe("没说");
  });

  test("in English", () => {
    load("words").use("en");
    expect(load("times").span("2026-12-05T00:00:00Z", "2026-12-05T01:30:00Z", now)).toBe("Sat 5 Dec 08:00–09:30");
  });
});

describe("money", () => {
  test("whole yuan without decimals, else two", () => {
    const { pay, yuan } = load("money");
    expect([pay(18000, "day"), yuan(2550), yuan(5), pay(null, "day")]).toEqual(["180 元/天", "25.50 元", "0.05 元", "工钱没说"]);
  });
});

describe("look", () => {
  test.each([
    [{ fontSizeScaleFactor: 1 }, "", 18],
    [{ fontSizeScaleFactor: 1.4 }, "", 25],
    [{ fontSizeScaleFactor: 1.75 }, "", 32],
    [{ fontSizeScaleFactor: 3 }, "", 42],
    [{ fontSizeScaleFactor: 0.8 }, "", 18],
    [{ fontSizeSetting: 17 }, "yes", 24],
    [{ fontSizeScaleFactor: 1.5 }, "yes", 27],
    [{}, "yes", 24],
  ])("%j with %j is %d px", (base, chosen, size) => {
    here.made.base = base;
    if (chosen) here.store.large = JSON.stringify(chosen);
    expect(load("look").root()).toBe(size);
  });

  test("关怀模式 of WeChat is 长辈版 here, until somebody chooses otherwise", () => {
    const look = load("look");
    here.made.base = { fontSizeScaleFactor: 1.4 };
    expect(look.isLarge()).toBe(true);
    look.choose(false);
    expect(look.isLarge()).toBe(false);
  });
});

describe("station", () => {
  test.each([
    [{ scene: "m%3Dliunan" }, "liunan"],
    [{ station: "liunan" }, "liunan"],
    [{ scene: "x%3D1%26m%3Dliunan" }, "liunan"],
    [{}, "yufeng"],
    [undefined, "yufeng"],
    [{ scene: "m%3D..%2Fadmin" }, "yufeng"],
  ])("opened with %j it is %s", (query, code) => {
    const station = load("station");
    station.arrive(query);
    expect(station.code()).toBe(code);
  });

  test.each([
    [{ path: "pages/jobs/jobs?scene=m%3Dliunan", result: "" }, true, "liunan"],
    [{ result: "https://jobs.example.org/m/liunan/" }, true, "liunan"],
    [{ result: "https://pay.example.org/x" }, false, "yufeng"],
  ])("scanned %j", (result, good, code) => {
    const station = load("station");
    expect([station.scanned(result), station.code()]).toEqual([good, code]);
  });

  test("a token is of one station: another one ends it", () => {
    here.store.session = JSON.stringify({ token: "t", until: Date.now() + 1e6 });
    load("station").choose("liunan");
    expect(load("session").held()).toBe(null);
  });
});

describe("session", () => {
  test("many who ask at once sign in once", async () => {
    here.answers["POST /api/v1/auth/wechat"] = linked;
    const session = load("session");
    const got = await Promise.all([session.token(), session.token(), session.token()]);
    expect([got, keys(here.calls)]).toEqual([["tok", "tok", "tok"], ["POST /api/v1/auth/wechat"]]);
    expect(here.calls[0].data).toEqual({ code: "code-1", market: "yufeng" });
  });

  test("a token that the server has ended is fetched anew, once", async () => {
    let answers = 0;
    here.answers["POST /api/v1/auth/wechat"] = linked;
    here.answers["GET /api/v1/me"] = () => {
      answers += 1;
      return answers === 1 ? { status: 401, data: { code: "token" } } : { data: { name: "韦建国" } };
    };
    expect(await load("api").me()).toEqual({ name: "韦建国" });
    expect(keys(here.calls)).toEqual([
      "POST /api/v1/auth/wechat", "GET /api/v1/me", "POST /api/v1/auth/wechat", "GET /api/v1/me",
    ]);
  });

  test("whoever is refused twice is told, and not asked for ever", async () => {
    here.answers["POST /api/v1/auth/wechat"] = linked;
    here.answers["GET /api/v1/me"] = { status: 401, data: { detail: "请再登录。" } };
    await expect(load("api").me()).rejects.toMatchObject({ status: 401, words: "请再登录。" });
    expect(here.calls.length).toBe(4);
  });

  test("an account that the station does not know has no token, and that is no error of the line", async () => {
    here.answers["POST /api/v1/auth/wechat"] = { data: { linked: false, token: "" } };
    await expect(load("api").me()).rejects.toMatchObject({ code: "not_linked", passing: false });
  });
});

describe("requests", () => {
  test("what the server says is shown, what a broken line says is ours", async () => {
    const api = load("api");
    here.answers["GET /api/v1/shifts/1"] = { status: 404, data: { detail: "没有这个活了。", code: "gone" } };
    await expect(api.shift(1)).rejects.toMatchObject({ words: "没有这个活了。", status: 404, code: "gone", passing: false });
    here.answers["GET /api/v1/shifts/1"] = { status: 502, data: "<html>" };
    await expect(api.shift(1)).rejects.toMatchObject({ words: load("words").t("server_trouble"), passing: true });
    here.answers["GET /api/v1/shifts/1"] = "offline";
    await expect(api.shift(1)).rejects.toMatchObject({ words: load("words").t("no_network"), status: 0, passing: true });
  });

  test("an application keeps its key until an answer has come", async () => {
    here.answers["POST /api/v1/auth/wechat"] = linked;
    const sent = () => here.calls.filter((call) => call.key.endsWith("/applications")).map((call) => call.header["Idempotency-Key"]);
    const api = load("api");
    here.answers["POST /api/v1/shifts/12/applications"] = "offline";
    await expect(api.apply(12)).rejects.toMatchObject({ passing: true });
    here.answers["POST /api/v1/shifts/12/applications"] = { status: 201, data: { state: "applied" } };
    await api.apply(12);
    await api.apply(12);
    const [first, second, third] = sent();
    expect([first === second, second === third, first.length]).toEqual([true, false, 32]);
  });

  test("Chinese is asked for, English when it was chosen", async () => {
    here.answers["GET /api/v1/markets"] = { data: [] };
    const api = load("api");
    await api.stations();
    load("words").use("en");
    await api.stations();
    expect(here.calls.map((call) => call.header["Accept-Language"])).toEqual(["zh-CN", "en"]);
  });
});

describe("a form with files", () => {
  test("is one body, bytes as they are", () => {
    const { form } = load("multipart");
    const content = new Uint8Array([0, 255, 13, 10, 45, 45]).buffer;
    const made = form({ text: "工钱 €" }, [{ field: "photo", name: 'a".jpg', kind: "image/jpeg", content }], "B");
    const expected = Buffer.concat([
      Buffer.from('--B\r\nContent-Disposition: form-data; name="text"\r\n\r\n工钱 €\r\n--B\r\n'),
      Buffer.from('Content-Disposition: form-data; name="photo"; filename="a_.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'),
      Buffer.from([0, 255, 13, 10, 45, 45]),
      Buffer.from("\r\n--B--\r\n"),
    ]);
    expect(Buffer.from(made.body).equals(expected)).toBe(true);
    expect(made.type).toBe("multipart/form-data; boundary=B");
  });
});

describe("the outbox", () => {
  const said = { station: "yufeng", category: "wages", text: "没给钱", phone: "", named: false, files: [] };
  const WAY = "POST /api/v1/markets/yufeng/tickets";
  const receipt = { status: 201, data: { number: "T-1001", code: "482109375516", answer_by: "2026-12-03T10:00:00Z" } };

  test("what is offline stays, and goes once, with the same key, when there is a network", async () => {
    here.answers[WAY] = "offline";
    const outbox = load("outbox");
    const row = outbox.add(said);
    expect((await outbox.flush()).trouble.passing).toBe(true);
    here.answers[WAY] = receipt;
    await Promise.all([outbox.flush(), outbox.flush(), outbox.flush()]);
    await outbox.flush();
    const sent = here.calls.filter((call) => call.key === WAY);
    expect(sent.map((call) => call.header["Idempotency-Key"])).toEqual([row.key, row.key]);
    expect([outbox.waiting(), outbox.receipts().map((each) => each.code)]).toEqual([[], ["482109375516"]]);
  });

  test("what the server refuses stays with the reason and is not sent again by itself", async () => {
    here.answers[WAY] = { status: 422, data: { detail: "电话不对。" } };
    const outbox = load("outbox");
    outbox.add(said);
    await outbox.flush();
    await outbox.flush();
    expect(here.calls.length).toBe(1);
    expect(outbox.waiting().map((row) => row.refused)).toEqual(["电话不对。"]);
  });

  test("one that is refused does not keep the next one back", async () => {
    let count = 0;
    here.answers[WAY] = () => {
      count += 1;
      return count === 1 ? { status: 422, data: { detail: "不对。" } } : receipt;
    };
    const outbox = load("outbox");
    outbox.add(said);
    outbox.add(Object.assign({}, said, { text: "另一件" }));
    const round = await outbox.flush();
    expect([round.sent.length, outbox.waiting().map((row) => row.text)]).toEqual([1, ["没给钱"]]);
  });

  test("a phone without room says so: nothing seems kept that is not", () => {
    here.made.full = true;
    expect(load("outbox").add(said)).toBe(null);
  });

  test("voices and pictures are gone from the phone once they have arrived", async () => {
    here.answers[WAY] = receipt;
    here.made.files["pic.jpg"] = new Uint8Array([255, 216, 255]).buffer;
    const file = await load("files").keep("photo", "pic.jpg");
    const outbox = load("outbox");
    outbox.add(Object.assign({}, said, { files: [file] }));
    await outbox.flush();
    expect(Object.keys(here.made.files)).toEqual(["pic.jpg"]);
    expect(here.calls[0].header["Content-Type"]).toMatch(/^multipart\/form-data; boundary=/);
  });

  test("under a name it goes with the token, without one it goes without", async () => {
    here.answers["POST /api/v1/auth/wechat"] = linked;
    here.answers[WAY] = receipt;
    const outbox = load("outbox");
    outbox.add(said);
    outbox.add(Object.assign({}, said, { named: true }));
    await outbox.flush();
    const sent = here.calls.filter((call) => call.key === WAY);
    expect(sent.map((call) => call.header.Authorization)).toEqual([undefined, "Bearer tok"]);
  });
});

test("when the network comes back, what was kept goes by itself", async () => {
  let app;
  global.App = (given) => (app = given);
  here.answers["POST /api/v1/markets/yufeng/tickets"] = { status: 201, data: { code: "1", number: "T-1" } };
  require("../app/app");
  app.onLaunch();
  load("outbox").add({ station: "yufeng", category: "job", text: "x", phone: "", named: false, files: [] });
  here.made.online[0]({ isConnected: false });
  await settle();
  expect(here.calls.length).toBe(0);
  here.made.online[0]({ isConnected: true });
  await settle();
  expect(keys(here.calls)).toEqual(["POST /api/v1/markets/yufeng/tickets"]);
});
