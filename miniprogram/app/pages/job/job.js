/* One job, whole; 我要去 once, however often it is pressed. What comes of it, and the next job
   that suits him, may be told by WeChat, if he agrees. */
const api = require("../../lib/api");
const cards = require("../../lib/cards");
const page = require("../../lib/page");
const place = require("../../lib/place");
const session = require("../../lib/session");
const setup = require("../../lib/setup");
const station = require("../../lib/station");
const subscribe = require("../../lib/subscribe");
const words = require("../../lib/words");

Component({
  behaviors: [page],
  data: { id: "", card: null, facts: [], phone: "", applied: "", unknown: false },
  methods: {
    onLoad(query) {
      station.arrive(query);
      this.setData({ id: query.id });
    },

    onShow() {
      this.dress("job");
      const here = place.known();
      this.setData({ phone: here ? here.phone : "" });
      setup.load().catch(() => undefined); /* then nothing is asked, and a person calls */
      return this.look();
    },

    onShareAppMessage() {
      const path = "/pages/job/job?id=" + this.data.id + "&station=" + station.code();
      return { title: this.data.card ? this.data.card.title : "", path };
    },

    look() {
      return this.act(async () => {
        const shift = await api.shift(this.data.id);
        const now = Date.now();
        this.setData({ card: cards.job(shift, now), facts: cards.facts(shift, now) });
      });
    },

    /* WeChat opens its window only straight from the tap: it comes first, and whatever is pressed there, he applies. */
    apply() {
      const asked = this.acting ? null : subscribe.ask(subscribe.wanted(setup.known(), ["work", "new"]));
      return this.act(async () => {
        const agreed = await asked;
        try {
          await this.applied(agreed);
        } catch (trouble) {
          if (trouble.code !== "not_linked") throw trouble;
          this.agreed = agreed;
          this.setData({ unknown: true });
        }
      });
    },

    async applied(agreed) {
      const made = await api.apply(this.data.id);
      const text = made.state === "waitlisted" ? "applied_waiting" : "applied";
      this.setData({ applied: words.t(text), unknown: false });
      if (agreed && agreed.length) await api.consented(agreed).catch(() => undefined); /* then it is not counted */
    },

    /* He has said who he is: what he wanted happens now, without asking again. */
    joined() {
      this.setData({ unknown: false });
      return this.act(() => this.applied(this.agreed || []));
    },

    mine() {
      wx.switchTab({ url: "/pages/mine/mine" });
    },

    known() {
      return Boolean(session.held());
    },
  },
});
