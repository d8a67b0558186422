/* 我的: who I am here, how large, which language, whether my file may choose my jobs; and how to end all of it. */
const api = require("../../lib/api");
const look = require("../../lib/look");
const open = require("../../lib/open");
const page = require("../../lib/page");
const session = require("../../lib/session");
const setup = require("../../lib/setup");
const station = require("../../lib/station");
const words = require("../../lib/words");

Component({
  behaviors: [page],
  data: { name: "", number: "", personalised: false, linked: false, looked: false, left: "", fresh: "", web: false },
  methods: {
    async onShow() {
      this.dress("tab_me", 3);
      this.setData({ web: open.web() });
      setup.load().then(() => this.setData({ web: open.web() }), () => undefined);
      if (station.code()) await this.load();
    },

    load() {
      return this.act(async () => {
        try {
          const me = await api.me();
          this.setData({ name: me.name, number: me.number || "", personalised: me.personalised, linked: true, looked: true });
        } catch (trouble) {
          if (trouble.code !== "not_linked") throw trouble;
          this.setData({ linked: false, looked: true });
        }
        if (this.data.linked) await this.consents();
      });
    },

    async consents() {
      const all = await api.consents();
      const left = all.find((each) => each.purpose === "work");
      const fresh = all.find((each) => each.purpose === "new");
      const text = !left ? "" : words.t(left.left ? "told_left" : left.used ? "told_used_up" : "told_never", { count: left.left });
      this.setData({ left: text, fresh: fresh && fresh.left ? words.t("told_new_left", { count: fresh.left }) : "" });
    },

    personalise() {
      const on = !this.data.personalised;
      return this.act(async () => {
        const said = await api.personalise(on);
        this.setData({ personalised: said.personalised });
      });
    },

    enlarge() {
      look.choose(!look.isLarge());
      this.dress("tab_me", 3);
    },

    speak() {
      words.use(words.language() === "en" ? "zh" : "en");
      return this.onShow();
    },

    unlink() {
      wx.showModal({
        title: words.t("unlink"),
        content: words.t("unlink_sure"),
        confirmText: words.t("unlink_yes"),
        cancelText: words.t("no"),
        success: (said) => (said.confirm ? this.unlinked() : undefined),
      });
    },

    unlinked() {
      return this.act(async () => {
        await api.unlink();
        session.forget();
        this.setData({ linked: false, name: "", number: "", left: "", fresh: "" });
      });
    },

    privacy() {
      wx.openPrivacyContract({ fail: () => this.setData({ trouble: words.t("no_privacy_page") }) });
    },

    file() {
      open.site("");
    },
  },
});
