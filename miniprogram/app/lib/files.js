/* Voices and pictures: kept beside the words until they have arrived, since WeChat throws its own copies away. */
const { Trouble } = require("./trouble");
const words = require("./words");

const KINDS = { mp3: "audio/mpeg", jpg: "image/jpeg", jpeg: "image/jpeg", png: "image/png", webp: "image/webp" };

const ending = (path) => (/\.(\w+)$/.exec(path) || ["", "jpg"])[1].toLowerCase();

/* A lasting copy -> {field, path, name, kind}. */
function keep(field, path) {
  return new Promise((resolve, reject) => {
    wx.getFileSystemManager().saveFile({
      tempFilePath: path,
      success: (saved) => {
        const end = ending(path);
        resolve({ field, path: saved.savedFilePath, name: field + "." + end, kind: KINDS[end] || "image/jpeg" });
      },
      fail: () => reject(new Trouble(words.t("no_room"), { status: 400 })),
    });
  });
}

function read(files) {
  const system = wx.getFileSystemManager();
  const one = (file) =>
    new Promise((resolve, reject) => {
      system.readFile({
        filePath: file.path,
        success: (got) => resolve(Object.assign({ content: got.data }, file)),
        fail: () => reject(new Trouble(words.t("file_gone"), { status: 400 })),
      });
    });
  return Promise.all((files || []).map(one));
}

function forget(files) {
  const system = (files || []).length ? wx.getFileSystemManager() : null;
  (files || []).forEach((file) => system.removeSavedFile({ filePath: file.path, fail: () => undefined }));
}

module.exports = { keep, read, forget };
