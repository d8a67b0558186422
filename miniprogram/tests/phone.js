/* A phone for tests: the wx of WeChat as far as the program uses it. Answers are set per address; calls are written down. */
const path = require("path");

const APP = path.join(__dirname, "../app");

function phone() {
  const store = {};
  const calls = [];
  const answers = {};
  const made = { toasts: 0, navigated: [], tabs: [], phoned: [], asked: [], files: {}, online: [], title: "" };
  let logins = 0;

  function answer(asked) {
    const key = (asked.method || "GET") + " " + asked.url.replace(/^https?:\/\/[^/]+/, "");
    calls.push(Object.assign({ key }, asked));
    const given = answers[key];
    const said = typeof given === "function" ? given(asked) : given;
    if (said === undefined || said === "offline") setTimeout(() => asked.fail({ errMsg: "request:fail" }));
    else setTimeout(() => asked.success({ statusCode: said.status || 200, data: said.data, header: {} }));
  }

  const wx = {
    request: answer,
    login: ({ success }) => {
      logins += 1;
      setTimeout(() => success({ code: "code-" + logins }));
    },
    getStorageSync: (name) => (name in store ? JSON.parse(store[name]) : ""),
    setStorageSync: (name, value) => {
      if (made.full) throw new Error("full");
      store[name] = JSON.stringify(value);
    },
    removeStorageSync: (name) => delete store[name],
    getAppBaseInfo: () => made.base || { fontSizeScaleFactor: 1 },
    setNavigationBarTitle: ({ title }) => {
      made.title = title;
    },
    navigateTo: ({ url }) => made.navigated.push(url),
    switchTab: ({ url }) => made.tabs.push(url),
    makePhoneCall: ({ phoneNumber }) => made.phoned.push(phoneNumber),
    stopPullDownRefresh: () => undefined,
    onNetworkStatusChange: (told) => made.online.push(told),
    requestSubscribeMessage: ({ tmplIds, success, fail }) => {
      made.asked.push(tmplIds);
      calls.push({ key: "subscribe" });
      setTimeout(() => (made.consent ? success(made.consent) : fail({ errMsg: "requestSubscribeMessage:fail" })));
    },
    scanCode: ({ success, fail }) => (made.scan ? success(made.scan) : fail({})),
    showActionSheet: ({ success, fail }) =>
      made.choice === undefined ? fail({}) : success({ tapIndex: made.choice }),
    showModal: ({ success }) => success({ confirm: made.confirm !== false }),
    chooseMedia: ({ count, success }) =>
      success({ tempFiles: (made.photos || []).slice(0, count).map((tempFilePath) => ({ tempFilePath })) }),
    openPrivacyContract: () => undefined,
    getRecorderManager: () => made.recorder,
    getFileSystemManager: () => ({
      saveFile: ({ tempFilePath, success, fail }) => {
        if (!(tempFilePath in made.files)) return fail({});
        const savedFilePath = "store/" + tempFilePath;
        made.files[savedFilePath] = made.files[tempFilePath];
        return success({ savedFilePath });
      },
      readFile: ({ filePath, success, fail }) =>
        filePath in made.files ? success({ data: made.files[filePath] }) : fail({}),
      removeSavedFile: ({ filePath }) => delete made.files[filePath],
    }),
  };

  const ear = {};
  made.recorder = {
    onStart: (told) => (ear.start = told),
    onStop: (told) => (ear.stop = told),
    onError: (told) => (ear.error = told),
    start: () => (made.deaf ? ear.error({}) : ear.start()),
    stop: () => ear.stop({ tempFilePath: "voice.mp3" }),
  };

  return { wx, store, calls, answers, made };
}

/* Let every promise and timer that is due run. */
async function settle() {
  for (let round = 0; round < 12; round += 1) await new Promise((done) => setTimeout(done));
}

/* A page or component, drawn. Each file is loaded once per test file: the simulator cannot load it twice. */
function drawn(simulate, name) {
  const id = simulate.load(path.join(APP, name), { compiler: "simulate", rootPath: APP });
  return (properties) => {
    const made = simulate.render(id, properties);
    made.attach(document.createElement("div"));
    return made;
  };
}

const keys = (calls) => calls.map((call) => call.key);

const SHIFT = {
  id: 12,
  title: "家电卸车",
  trade: "loader",
  trade_name: "装卸工",
  employer: "覃记大排档",
  starts_at: "2026-11-27T00:00:00Z",
  ends_at: "2026-11-27T08:00:00Z",
  open: 2,
  headcount: 3,
  pay_fen: 18000,
  pay_unit: "day",
  pay_when: "same_day",
  place: "箭盘路 1 号仓库",
  meeting_point: "仓库大门",
  content: "把冰箱搬到仓库。",
  verified_at: "2026-11-26T01:00:00Z",
  verified_by: "莫专员",
};
const STATION = { code: "yufeng", name: "鱼峰零工驿站", phone: "0772-1234567" };
const NOW = new Date("2026-11-26T02:00:00Z");

module.exports = { APP, phone, settle, drawn, keys, SHIFT, STATION, NOW };
