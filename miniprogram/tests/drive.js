/* The program's own modules in Node, over real HTTP, with a phone stubbed around them: `node drive.js FACTS`.
   What each step gave is printed as one line of JSON; tests/miniprogram/test_end_to_end.py holds it against the market. */
const facts = JSON.parse(process.argv[2]);
const store = {};
const files = {};
let drop = 0; /* so many answers are lost on the way back: the server has heard, the phone has not */

function body(asked) {
  if (asked.data === undefined) return undefined;
  return asked.data instanceof ArrayBuffer ? asked.data : JSON.stringify(asked.data);
}

async function request(asked) {
  const get = !asked.method || asked.method === "GET";
  const query = get && asked.data ? "?" + new URLSearchParams(asked.data) : "";
  try {
    const answer = await fetch(asked.url + query, {
      method: asked.method || "GET",
      headers: asked.header,
      body: get ? undefined : body(asked),
    });
    const text = await answer.text();
    if (drop > 0) {
      drop -= 1;
      asked.fail({ errMsg: "request:fail timeout" });
      return;
    }
    let data = text;
    try {
      data = JSON.parse(text); /* as wx.request does, whatever the type says */
    } catch (error) {
      data = text;
    }
    asked.success({ statusCode: answer.status, data, header: {} });
  } catch (error) {
    asked.fail({ errMsg: "request:fail " + error });
  }
}

const ofPhone = async (path) => (await fetch(facts.wechat + path)).json();

global.wx = {
  request,
  login: async ({ success }) => success({ code: (await ofPhone("/phone/login?openid=" + facts.openid)).code }),
  getStorageSync: (name) => (name in store ? JSON.parse(store[name]) : ""),
  setStorageSync: (name, value) => {
    store[name] = JSON.stringify(value);
  },
  removeStorageSync: (name) => delete store[name],
  requestSubscribeMessage: async ({ tmplIds, success }) => {
    for (const id of tmplIds) await ofPhone("/phone/agree?openid=" + facts.openid + "&template=" + id);
    success(Object.fromEntries(tmplIds.map((id) => [id, "accept"])));
  },
  getFileSystemManager: () => ({
    saveFile: ({ tempFilePath, success }) => success({ savedFilePath: tempFilePath }),
    readFile: ({ filePath, success }) => success({ data: files[filePath] }),
    removeSavedFile: ({ filePath }) => delete files[filePath],
  }),
};

const site = require("../app/site");
site.server = facts.server;
const api = require("../app/lib/api");
const keep = require("../app/lib/files");
const outbox = require("../app/lib/outbox");
const session = require("../app/lib/session");
const setup = require("../app/lib/setup");
const station = require("../app/lib/station");
const subscribe = require("../app/lib/subscribe");

const refusal = (work) => work.then(() => "", (trouble) => trouble.code || String(trouble.status));
const raw = (base64) => Uint8Array.from(Buffer.from(base64, "base64")).buffer;

/* A browser that keeps cookies: the web view. */
async function enter(ticket) {
  const page = await fetch(facts.server + "/enter/?ticket=" + encodeURIComponent(ticket));
  const html = await page.text();
  const jar = page.headers.getSetCookie().map((line) => line.split(";")[0]);
  const token = /name="csrfmiddlewaretoken" value="(\w+)"/.exec(html)[1];
  const answer = await fetch(facts.server + "/enter/", {
    method: "POST",
    redirect: "manual",
    headers: { Cookie: jar.join("; "), Referer: facts.server + "/enter/" },
    body: new URLSearchParams({ ticket, csrfmiddlewaretoken: token }),
  });
  const session = answer.headers.getSetCookie().map((line) => line.split(";")[0]).concat(jar);
  const there = await fetch(facts.server + answer.headers.get("Location"), { headers: { Cookie: session.join("; ") } });
  return [answer.status, there.status];
}

async function main() {
  const seen = {};
  seen.scanned = station.scanned({ path: "pages/jobs/jobs?scene=m%3D" + facts.market, result: "" });
  seen.station = (await api.info()).phone;
  const list = await api.shifts("");
  seen.titles = list.items.map((shift) => shift.title);
  const id = list.items[0].id;
  seen.shift = (await api.shift(id)).title;
  seen.unknown = await refusal(api.apply(id));

  const phone = await ofPhone("/phone/number?number=" + facts.phone);
  seen.name = (await session.byPhone(phone.code)).name;
  await setup.load();
  const agreed = await subscribe.ask(subscribe.wanted(setup.known(), ["work", "new"]));
  drop = 1;
  seen.lost = await refusal(api.apply(id));
  seen.applied = (await api.apply(id)).state;
  seen.again = (await api.apply(id)).state;
  await api.consented(agreed);
  seen.left = (await api.consents()).map((each) => [each.purpose, each.left]);
  seen.work = (await api.work("")).items.map((row) => [row.state, row.shift.title]);

  files["photo.jpg"] = raw(facts.photo);
  files["voice.mp3"] = raw(facts.voice);
  const kept = [await keep.keep("voice", "voice.mp3"), await keep.keep("photo", "photo.jpg")];
  const said = { station: facts.market, category: "safety", text: "脚手架没有护栏。", phone: "", named: true };
  outbox.add(Object.assign({ files: kept }, said));
  drop = 1;
  seen.kept = (await outbox.flush()).trouble.passing && outbox.waiting().length;
  const round = await outbox.flush();
  seen.sent = round.sent.length;
  seen.trouble = round.trouble && round.trouble.words;
  seen.code = String((outbox.receipts()[0] || {}).code || "");
  seen.files = Object.keys(files).length;

  seen.before = (await api.me()).personalised;
  seen.after = (await api.personalise(false)).personalised;
  seen.then = (await api.me()).personalised;

  const made = await api.ticket("/m/" + facts.market + "/pay/");
  seen.entered = await enter(made.ticket);
  await api.unlink();
  seen.left_again = await refusal(api.me());
  return seen;
}

main().then(
  (seen) => process.stdout.write(JSON.stringify(seen) + "\n"),
  (error) => {
    process.stderr.write(String(error && error.stack) + " " + JSON.stringify(error) + "\n");
    process.exitCode = 1;
  }
);
