/* 有话说: words, a voice, pictures; with or without a name. It stands on the phone first and goes when there is a way. */
const files = require("../../lib/files");
const outbox = require("../../lib/outbox");
const page = require("../../lib/page");
const session = require("../../lib/session");
const station = require("../../lib/station");
const times = require("../../lib/times");
const { Trouble } = require("../../lib/trouble");
const words = require("../../lib/words");

const CATEGORIES = ["wages", "job", "safety", "treatment", "staff", "other"];
const MOST_PHOTOS = 3;
const LONGEST = 60000; /* milliseconds of a voice */

const empty = () => ({ category: "", text: "", phone: "", named: false, voice: "", photos: [] });

Component({
  behaviors: [page],
  data: Object.assign(empty(), {
    ticks: [], known: false, recording: false, kept: [], receipts: [], done: null, scene: false,
  }),
  methods: {
    onLoad(query) {
      station.arrive(query);
    },

    onShow() {
      this.dress("tab_say", 2);
      this.setData({
        ticks: CATEGORIES.map((value) => ({ value, text: words.t("category_" + value) })),
        known: Boolean(session.held()),
        scene: Boolean(station.code()),
      });
      this.refresh();
      return this.deliver();
    },

    tick(event) {
      this.setData({ category: event.currentTarget.dataset.value });
    },

    type(event) {
      this.setData({ [event.currentTarget.dataset.name]: event.detail.value });
    },

    name() {
      this.setData({ named: !this.data.named });
    },

    /* One tap begins, another ends: nobody has to hold a button down while he speaks. */
    record() {
      const recorder = this.recorder();
      if (this.data.recording) recorder.stop();
      else recorder.start({ duration: LONGEST, format: "mp3", numberOfChannels: 1 });
    },

    recorder() {
      if (this.heard) return this.heard;
      const recorder = wx.getRecorderManager();
      recorder.onStart(() => this.setData({ recording: true }));
      recorder.onStop((got) => this.setData({ recording: false, voice: got.tempFilePath }));
      recorder.onError(() => this.setData({ recording: false, trouble: words.t("no_microphone") }));
      this.heard = recorder;
      return recorder;
    },

    unsay() {
      this.setData({ voice: "" });
    },

    picture() {
      wx.chooseMedia({
        count: MOST_PHOTOS - this.data.photos.length,
        mediaType: ["image"],
        sizeType: ["compressed"],
        success: (got) => {
          const photos = this.data.photos.concat(got.tempFiles.map((file) => file.tempFilePath));
          this.setData({ photos: photos.slice(0, MOST_PHOTOS) });
        },
        fail: () => undefined,
      });
    },

    unpicture(event) {
      this.setData({ photos: this.data.photos.filter((path) => path !== event.currentTarget.dataset.path) });
    },

    send() {
      const said = this.data;
      if (!said.category || (!said.text.trim() && !said.voice)) {
        this.setData({ trouble: words.t(said.category ? "say_something" : "say_what") });
        return Promise.resolve();
      }
      return this.act(async () => {
        await this.keep();
        await this.deliver();
      });
    },

    async keep() {
      const said = this.data;
      const voice = said.voice ? [await files.keep("voice", said.voice)] : [];
      const photos = await Promise.all(said.photos.map((path) => files.keep("photo", path)));
      const row = outbox.add({
        station: station.code(),
        category: said.category,
        text: said.text.trim(),
        phone: said.phone,
        named: said.named && said.known,
        files: voice.concat(photos),
      });
      if (!row) throw new Trouble(words.t("no_room"), { status: 400 });
      this.setData(empty());
    },

    async deliver() {
      const round = await outbox.flush();
      const last = round.sent[round.sent.length - 1];
      if (last) this.setData({ done: this.receipt(last) });
      this.refresh();
    },

    again() {
      return this.act(() => this.deliver());
    },

    drop(event) {
      outbox.drop(event.currentTarget.dataset.key);
      this.refresh();
    },

    refresh() {
      this.setData({
        kept: outbox.waiting().map((row) => ({ key: row.key, text: row.text || words.t("a_voice"), refused: row.refused })),
        receipts: outbox.receipts().map((row) => this.receipt(row)),
      });
    },

    receipt(row) {
      const when = row.answer_by ? times.moment(row.answer_by, Date.now()) : words.t("not_said");
      return { code: row.code, text: words.t("receipt", { code: row.code, when }) };
    },
  },
});
