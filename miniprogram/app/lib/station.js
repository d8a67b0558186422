/* Which station: the one whose code was scanned, else the one chosen, else the operator's first. Never by GPS. */
const site = require("../site");
const store = require("./store");

const NAME = "station";
const CODE = /^[A-Za-z0-9_-]{1,30}$/;

function code() {
  return store.get(NAME, "") || site.station;
}

function choose(name) {
  if (!CODE.test(name)) return false;
  if (name !== code()) store.drop("session"); /* a token is of one market */
  return store.put(NAME, name);
}

/* scene=m%3Dyufeng, as WeChat hands it over; also station=yufeng in a shared card. */
function named(query) {
  if (!query) return "";
  const scene = query.scene ? decodeURIComponent(query.scene) : "";
  const found = /(?:^|&)m=([^&]+)/.exec(scene);
  return (found && found[1]) || query.station || "";
}

function arrive(query) {
  const name = named(query);
  return name ? choose(name) : false;
}

/* What wx.scanCode read: a mini-program code's path, or the poster's address …/m/yufeng/. */
function scanned(result) {
  const path = result.path || "";
  const asked = path.split("?")[1] || "";
  const query = {};
  asked.split("&").forEach((pair) => {
    const at = pair.indexOf("=");
    if (at > 0) query[pair.slice(0, at)] = pair.slice(at + 1);
  });
  const poster = /\/m\/([A-Za-z0-9_-]{1,30})(?:\/|$)/.exec(result.result || "");
  const name = named(query) || (poster && poster[1]) || "";
  return name ? choose(name) : false;
}

module.exports = { code, choose, arrive, scanned };
