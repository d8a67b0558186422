/* Who is here. wx.login gives a code that is good once, the server knows whose it is and answers with a short token.
   The token stays in memory and on the phone until its end; the key of WeChat's session never leaves the server. */
const once = require("./once");
const request = require("./request");
const station = require("./station");
const store = require("./store");
const words = require("./words");
const { Trouble } = require("./trouble");

const NAME = "session";
const EARLY = 60 * 1000;

function held() {
  const kept = store.get(NAME, null);
  return kept && kept.until - EARLY > Date.now() ? kept : null;
}

function code() {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Trouble(words.t("no_wechat")));
    wx.login({ timeout: 10000, success: (got) => (got.code ? resolve(got.code) : fail()), fail });
  });
}

function keep(answer) {
  if (answer.token) {
    store.put(NAME, { token: answer.token, until: new Date(answer.expires_at).getTime(), name: answer.name });
  } else {
    store.drop(NAME);
  }
  return answer;
}

async function ask(path, facts) {
  const data = Object.assign({ code: await code(), market: station.code() }, facts);
  return keep(await request.send({ method: "POST", path: "/api/v1/auth/wechat" + path, data }));
}

/* Silent: no window opens. Ends with the answer; without a token in it, the station does not know this phone yet. */
const enter = once.single(() => ask("", {}));

async function token() {
  const kept = held();
  if (kept) return kept.token;
  return (await enter()).token || "";
}

/* With the code of WeChat's own phone button; with phone and code from the station; then, on a family phone, who. */
const byPhone = (phoneCode) => ask("/phone", { phone_code: phoneCode });
const byCode = (phone, stationCode) => ask("/code", { phone, station_code: stationCode });
const choose = (choice, person) => ask("/choose", { choice, person });

function forget() {
  store.drop(NAME);
}

/* A request of somebody who is known. A token that the server has ended is fetched anew, once. */
async function send(asked) {
  for (const last of [false, true]) {
    const mine = await token();
    if (!mine) throw new Trouble(words.t("not_known_yet"), { status: 401, code: "not_linked" });
    try {
      return await request.send(Object.assign({ token: mine }, asked));
    } catch (trouble) {
      if (trouble.status !== 401 || last) throw trouble;
      forget();
    }
  }
  throw new Error("unreachable");
}

module.exports = { held, token, enter, byPhone, byCode, choose, forget, send };
