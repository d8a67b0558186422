/* Opening, and coming back: where a scanned code leads, and what was said while there was no network. */
const outbox = require("./lib/outbox");
const station = require("./lib/station");

App({
  onLaunch() {
    wx.onNetworkStatusChange((now) => {
      if (now.isConnected) outbox.flush();
    });
  },
  onShow(how) {
    station.arrive(how && how.query);
    outbox.flush();
  },
});
