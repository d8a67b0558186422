/* The one file an operator edits before uploading: the server, and the station shown before a code is scanned. */
module.exports = {
  server: "https://gongqiao.example.org",
  station: "",
};
