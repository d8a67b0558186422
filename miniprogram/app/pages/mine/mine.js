/* 我的活: how each stands, when, where, the pay; 去 or 不去, here or by phone. The rest is on the site. */
const api = require("../../lib/api");
const cards = require("../../lib/cards");
const open = require("../../lib/open");
const page = require("../../lib/page");
const place = require("../../lib/place");
const setup = require("../../lib/setup");
const station = require("../../lib/station");
const words = require("../../lib/words");

const REASONS = ["busy", "pay", "far", "work", "found", "other"]; /* WeChat's sheet holds six */

Component({
  behaviors: [page],
  data: { rows: [], next: "", looked: false, unknown: false, web: false, phone: "" },
  methods: {
    onLoad(query) {
      station.arrive(query);
    },

    async onShow() {
      this.dress("tab_work", 1);
      const here = place.known();
      this.setData({ phone: here ? here.phone : "", web: open.web() });
      setup.load().then(() => this.setData({ web: open.web() }), () => undefined);
      await this.look();
    },

    async onPullDownRefresh() {
      await this.look();
      wx.stopPullDownRefresh();
    },

    look() {
      return this.act(() => this.list(""));
    },

    async list(from) {
      try {
        const found = await api.work(from);
        const fresh = found.items.map((row) => cards.work(row, Date.now()));
        const rows = from ? this.data.rows.concat(fresh) : fresh;
        this.setData({ rows, next: found.next || "", looked: true, unknown: false });
      } catch (trouble) {
        if (trouble.code !== "not_linked") throw trouble;
        this.setData({ unknown: true, rows: [], looked: false });
      }
    },

    more() {
      return this.act(() => this.list(this.data.next));
    },

    joined() {
      return this.look();
    },

    go(event) {
      const id = event.currentTarget.dataset.id;
      return this.act(() => this.answered(id, true, ""));
    },

    decline(event) {
      const id = event.currentTarget.dataset.id;
      wx.showActionSheet({
        alertText: words.t("decline_why"),
        itemList: REASONS.map((reason) => words.t("decline_" + reason)),
        success: (said) => this.act(() => this.answered(id, false, REASONS[said.tapIndex])),
        fail: () => undefined,
      });
    },

    /* Whatever came of it, the list says how it stands now. */
    async answered(id, go, reason) {
      try {
        await api.answer(id, go, reason);
      } finally {
        await this.list("");
      }
    },

    site() {
      open.site("work");
    },
  },
});
