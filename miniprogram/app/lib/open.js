/* To another page; to a page of the site, where the operator's business domain lets WeChat show it. */
const setup = require("./setup");
const station = require("./station");

const web = () => Boolean(setup.known() && setup.known().webview);

/* One of the worker's own pages there: "" is its first. */
function site(name) {
  const path = "/m/" + station.code() + "/" + (name ? name + "/" : "");
  wx.navigateTo({ url: "/pages/web/web?to=" + encodeURIComponent(path) });
}

module.exports = { web, site };
