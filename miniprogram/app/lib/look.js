/* How large: WeChat's own text size (关怀模式 is 1.4 times) times ours, so that every rem of the sheets follows it. */
const store = require("./store");

const PLAIN = 18;
const LARGE = 24; /* 长辈版 */
const MOST = 42; /* beyond it a line holds too few signs to be read */

function factor() {
  let known = {};
  try {
    known = wx.getAppBaseInfo();
  } catch (error) {
    return 1;
  }
  const scale = Number(known.fontSizeScaleFactor) || Number(known.fontSizeSetting) / 17;
  return scale > 0 ? scale : 1;
}

/* 大字: chosen here, or WeChat's own text is that large already. */
function isLarge() {
  const chosen = store.get("large", "");
  return chosen === "" ? factor() >= 1.4 : chosen === "yes";
}

function choose(large) {
  store.put("large", large ? "yes" : "no");
}

/* Pixels of one rem. Text that WeChat has made large already is not made large twice. */
function root() {
  const size = isLarge() ? Math.max(LARGE, PLAIN * factor()) : PLAIN * factor();
  return Math.round(Math.min(MOST, Math.max(PLAIN, size)));
}

module.exports = { isLarge, choose, root };
