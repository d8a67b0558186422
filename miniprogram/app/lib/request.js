/* One request as a promise: JSON both ways, a bound on waiting, and every failure a Trouble. */
const site = require("../site");
const words = require("./words");
const { Trouble } = require("./trouble");

const WAIT = 10000;

function send(asked) {
  const header = Object.assign({ Accept: "application/json", "Accept-Language": words.tag() }, asked.header);
  if (asked.token) header.Authorization = "Bearer " + asked.token;
  if (asked.data !== undefined && !header["Content-Type"]) header["Content-Type"] = "application/json";
  return new Promise((resolve, reject) => {
    wx.request({
      url: site.server + asked.path,
      method: asked.method || "GET",
      data: asked.data,
      header,
      timeout: asked.wait || WAIT,
      success: (answer) => settle(answer, resolve, reject),
      fail: () => reject(new Trouble(words.t("no_network"))),
    });
  });
}

function settle(answer, resolve, reject) {
  const status = answer.statusCode;
  if (status >= 200 && status < 300) {
    resolve(answer.data);
    return;
  }
  const said = answer.data && typeof answer.data === "object" ? answer.data : {};
  const why = typeof said.detail === "string" ? said.detail : "";
  const plain = status >= 500 ? words.t("server_trouble") : words.t("refused");
  reject(new Trouble((status < 500 && why) || plain, { status, code: said.code || "" }));
}

module.exports = { send };
