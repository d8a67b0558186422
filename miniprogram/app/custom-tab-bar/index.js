/* The tabs, as large as the rest of the text: WeChat's own stay at ten pixels. */
const look = require("../lib/look");
const words = require("../lib/words");

const TABS = [
  { path: "/pages/jobs/jobs", name: "tab_jobs" },
  { path: "/pages/mine/mine", name: "tab_work" },
  { path: "/pages/say/say", name: "tab_say" },
  { path: "/pages/me/me", name: "tab_me" },
];

Component({
  data: { selected: 0, tabs: [], large: false },
  lifetimes: {
    attached() {
      this.select(this.data.selected);
    },
  },
  methods: {
    select(selected) {
      const tabs = TABS.map((tab) => ({ path: tab.path, text: words.t(tab.name) }));
      this.setData({ selected, tabs, large: look.isLarge() });
    },
    go(event) {
      wx.switchTab({ url: TABS[event.currentTarget.dataset.at].path });
    },
  },
});
