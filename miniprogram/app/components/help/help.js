/* At the foot of every page: it costs nothing, and whom to call. The station's phone stands there without a network too. */
const place = require("../../lib/place");
const station = require("../../lib/station");
const words = require("../../lib/words");

Component({
  data: { t: {}, phone: "" },
  lifetimes: {
    attached() {
      this.show(place.known());
      if (station.code()) place.fresh().then((found) => this.show(found), () => undefined);
    },
  },
  pageLifetimes: {
    show() {
      this.show(place.known());
    },
  },
  methods: {
    show(found) {
      this.setData({ t: words.table(), phone: found ? found.phone : "" });
    },
    call(event) {
      wx.makePhoneCall({ phoneNumber: event.currentTarget.dataset.phone, fail: () => undefined });
    },
  },
});
