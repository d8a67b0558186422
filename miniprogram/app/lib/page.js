/* What every page has: its words, its text size, its place among the tabs, one trouble to show. */
const look = require("./look");
const words = require("./words");

module.exports = Behavior({
  data: { t: {}, root: 18, large: false, trouble: "", busy: false },
  methods: {
    dress(title, tab) {
      this.setData({ t: words.table(), root: look.root(), large: look.isLarge() });
      wx.setNavigationBarTitle({ title: words.t(title) });
      const bar = tab === undefined || !this.getTabBar ? null : this.getTabBar();
      if (bar) bar.select(tab);
    },

    /* One act at a time. The mark is set at once, not by setData, which comes a moment late for a second tap. */
    async act(work) {
      if (this.acting) return;
      this.acting = true;
      this.setData({ busy: true, trouble: "" });
      try {
        await work();
      } catch (trouble) {
        this.setData({ trouble: trouble.words || words.t("server_trouble") });
      } finally {
        this.acting = false;
        this.setData({ busy: false });
      }
    },

    call(event) {
      wx.makePhoneCall({ phoneNumber: event.currentTarget.dataset.phone, fail: () => undefined });
    },
  },
});
