/* 找活: what is verified and still wants hands, without signing in. The station is the one whose code was scanned. */
const api = require("../../lib/api");
const cards = require("../../lib/cards");
const outbox = require("../../lib/outbox");
const page = require("../../lib/page");
const place = require("../../lib/place");
const station = require("../../lib/station");
const words = require("../../lib/words");

Component({
  behaviors: [page],
  data: { name: "", chosen: false, cards: [], next: "", looked: false, stations: [], waiting: 0 },
  methods: {
    onLoad(query) {
      station.arrive(query);
    },

    onShow() {
      this.dress("tab_jobs", 0);
      const known = place.known();
      this.setData({
        chosen: Boolean(station.code()),
        name: known ? known.name : "",
        waiting: outbox.waiting().length,
      });
      return this.look();
    },

    async onPullDownRefresh() {
      await this.look();
      wx.stopPullDownRefresh();
    },

    onShareAppMessage() {
      return { title: this.data.name, path: "/pages/jobs/jobs?station=" + station.code() };
    },

    look() {
      return this.act(async () => (station.code() ? this.list("") : this.choices()));
    },

    async list(from) {
      const found = await api.shifts(from);
      const fresh = found.items.map((shift) => cards.job(shift, Date.now()));
      this.setData({ cards: from ? this.data.cards.concat(fresh) : fresh, next: found.next || "", looked: true });
      const here = place.known() || (await place.fresh());
      this.setData({ name: here.name });
    },

    more() {
      return this.act(() => this.list(this.data.next));
    },

    async choices() {
      this.setData({ stations: await api.stations() });
    },

    choose(event) {
      return this.arrived(station.choose(event.currentTarget.dataset.code));
    },

    async change() {
      this.setData({ chosen: false, cards: [], looked: false });
      await this.act(() => this.choices());
    },

    scan() {
      wx.scanCode({
        scanType: ["qrCode", "wxCode"],
        success: (result) => this.arrived(station.scanned(result)),
        fail: () => undefined,
      });
    },

    arrived(good) {
      if (!good) {
        this.setData({ trouble: words.t("no_station_code") });
        return undefined;
      }
      this.setData({ chosen: true, name: "", cards: [], looked: false });
      return this.look();
    },

    open(event) {
      wx.navigateTo({ url: "/pages/job/job?id=" + event.detail.id });
    },
  },
});
