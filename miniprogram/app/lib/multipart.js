/* A form with files as one body: wx.uploadFile takes a single file, and what was said belongs together. */

/* UTF-8, where the phone has no TextEncoder. */
function bytes(text) {
  const plain = unescape(encodeURIComponent(text));
  const found = new Uint8Array(plain.length);
  for (let at = 0; at < plain.length; at += 1) found[at] = plain.charCodeAt(at);
  return found;
}

const quoted = (name) => name.replace(/["\r\n\\]/g, "_");

function join(parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  parts.forEach((part) => {
    whole.set(part, at);
    at += part.length;
  });
  return whole.buffer;
}

/* fields: {name: text}; files: [{field, name, kind, content: ArrayBuffer}] -> {body, type} for a request. */
function form(fields, files, boundary) {
  const parts = [];
  const head = (lines) => parts.push(bytes("--" + boundary + "\r\n" + lines.join("\r\n") + "\r\n\r\n"));
  Object.keys(fields).forEach((name) => {
    head(['Content-Disposition: form-data; name="' + quoted(name) + '"']);
    parts.push(bytes(String(fields[name]) + "\r\n"));
  });
  files.forEach((file) => {
    head([
      'Content-Disposition: form-data; name="' + quoted(file.field) + '"; filename="' + quoted(file.name) + '"',
      "Content-Type: " + file.kind,
    ]);
    parts.push(new Uint8Array(file.content), bytes("\r\n"));
  });
  parts.push(bytes("--" + boundary + "--\r\n"));
  return { body: join(parts), type: "multipart/form-data; boundary=" + boundary };
}

module.exports = { form };
