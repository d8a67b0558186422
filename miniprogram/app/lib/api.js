/* The server's addresses that this program uses; nothing else knows them. */
const multipart = require("./multipart");
const once = require("./once");
const request = require("./request");
const session = require("./session");
const station = require("./station");

const V1 = "/api/v1";
const paged = (cursor) => (cursor ? { cursor } : {});
const here = () => V1 + "/markets/" + encodeURIComponent(station.code());

const stations = () => request.send({ path: V1 + "/markets" });
const info = () => request.send({ path: here() });
const settings = () => request.send({ path: V1 + "/wechat/settings" });
const shifts = (cursor) => request.send({ path: here() + "/shifts", data: paged(cursor) });
const shift = (id) => request.send({ path: V1 + "/shifts/" + id });
const me = () => session.send({ path: V1 + "/me" });
const work = (cursor) => session.send({ path: V1 + "/me/work", data: paged(cursor) });
const consents = () => session.send({ path: V1 + "/me/subscriptions" });
const consented = (purposes) =>
  session.send({ method: "POST", path: V1 + "/me/subscriptions", data: { purposes } });
const personalise = (on) => session.send({ method: "PUT", path: V1 + "/me/personalisation", data: { on } });
const unlink = () => session.send({ method: "DELETE", path: V1 + "/auth/wechat" });
const ticket = (to) => session.send({ method: "POST", path: V1 + "/auth/web-ticket", data: { to } });

/* Pressed twice, on a bad line or by an impatient thumb, it is one application: the key lives until an answer came. */
async function apply(id) {
  const what = "apply:" + id;
  const header = { "Idempotency-Key": once.keyFor(what) };
  try {
    const made = await session.send({ method: "POST", path: V1 + "/shifts/" + id + "/applications", header });
    once.settled(what);
    return made;
  } catch (trouble) {
    if (!trouble.passing && trouble.status !== 401) once.settled(what);
    throw trouble;
  }
}

/* 去 or 不去, once for each answer: another one after it has a key of its own. */
async function answer(id, go, reason) {
  const what = "answer:" + id + ":" + (go ? "go" : reason);
  const asked = { method: "POST", path: V1 + "/me/answers/" + id, data: go ? { go } : { go, reason } };
  const made = await session.send(Object.assign({ header: { "Idempotency-Key": once.keyFor(what) } }, asked));
  once.settled(what);
  return made;
}

/* What somebody has to say; `said.key` makes sending it again the same ticket. Under his name only if he wants. */
async function say(said, files) {
  const fields = {
    category: said.category, text: said.text, contact_phone: said.phone, key: said.key, channel: "miniprogram",
  };
  const form = multipart.form(fields, files, "gongqiao-" + said.key);
  const asked = {
    method: "POST",
    path: V1 + "/markets/" + encodeURIComponent(said.station) + "/tickets",
    data: form.body,
    header: { "Content-Type": form.type, "Idempotency-Key": said.key },
    wait: 60000,
  };
  return said.named ? session.send(asked) : request.send(asked);
}

module.exports = {
  stations, info, settings, shifts, shift, apply, answer, me, work, consents, consented, personalise, unlink, ticket, say,
};
