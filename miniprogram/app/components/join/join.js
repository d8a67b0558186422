/* Who is this? By WeChat's phone button, by a code from the station, or not at all: calling always works too. */
const session = require("../../lib/session");
const words = require("../../lib/words");

Component({
  data: { t: {}, phone: "", code: "", people: [], choice: "", trouble: "", busy: false, asked: false },
  lifetimes: {
    attached() {
      this.setData({ t: words.table() });
    },
  },
  pageLifetimes: {
    show() {
      this.setData({ t: words.table() });
    },
  },
  methods: {
    type(event) {
      this.setData({ [event.currentTarget.dataset.name]: event.detail.value });
    },

    /* Refusing is a right: nothing is said about it, the other ways stand below. */
    pressed(event) {
      const code = event.detail.code;
      return code ? this.enter(() => session.byPhone(code)) : Promise.resolve();
    },

    typed() {
      return this.enter(() => session.byCode(this.data.phone, this.data.code));
    },

    chosen(event) {
      return this.enter(() => session.choose(this.data.choice, event.currentTarget.dataset.person));
    },

    async enter(work) {
      if (this.acting) return;
      this.acting = true;
      this.setData({ busy: true, trouble: "" });
      try {
        this.answered(await work());
      } catch (trouble) {
        this.setData({ trouble: trouble.words || words.t("server_trouble") });
      } finally {
        this.acting = false;
        this.setData({ busy: false });
      }
    },

    answered(answer) {
      if (answer.token) {
        this.setData({ people: [], choice: "", code: "" });
        this.triggerEvent("joined", { name: answer.name });
      } else {
        this.setData({ people: answer.people || [], choice: answer.choice || "" });
      }
    },
  },
});
