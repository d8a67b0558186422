// The engine of ODK Web Forms (@getodk/xforms-engine) behind a line protocol: JSON in, JSON out, one line each.
//   {"do": "load", "form": XML, "files": {name: text}}            -> {"ok": true}
//   {"do": "restore", "instance": XML}  answers as they came in   -> {"xml": …, "violations": [[path, condition], …]}
//   {"do": "time", "instance": XML, "times": n}                   -> {"ms": best of n restored and handed in}
//   {"do": "load-time", "form": XML, "files": …, "times": n}      -> {"ms": best of n}
// The engine wants a browser: jsdom, and two shims (__dirname, the globals of the DOM).
import { createInterface } from 'node:readline';
import { JSDOM } from 'jsdom';

const dom = new JSDOM('<!doctype html><html><body></body></html>', { url: 'http://localhost/' });
globalThis.__dirname = '.';
globalThis.window = dom.window;
for (const name of Object.getOwnPropertyNames(dom.window))
  if (/^(document|Node|Element|Text|Attr|Comment|CDATASection|Document|XMLDocument|DOMParser|XMLSerializer|XPath|NodeFilter|ProcessingInstruction|DocumentFragment|HTML|CharacterData|localStorage)/.test(name) && !(name in globalThis))
    globalThis[name] = dom.window[name];

const { loadForm } = await import('@getodk/xforms-engine');
let loaded = null;

async function load({ form, files }) {
  const fetchFormAttachment = async (url) => {
    const name = String(url).split('/').pop();
    return name in files ? new Response(files[name]) : new Response('', { status: 404 });
  };
  const found = await loadForm(form, { fetchFormAttachment, missingResourceBehavior: 'BLANK' });
  if (found.status === 'failure') throw new Error(found.error.message);
  return found;
}

async function restored(instance) {
  const data = new FormData();
  data.append('xml_submission_file', new File([instance], 'xml_submission_file', { type: 'text/xml' }));
  return loaded.restoreInstance({ data: [data] });
}

async function handedIn(root) {
  const payload = await root.prepareInstancePayload({ payloadType: 'monolithic' });
  return payload.data[0].get('xml_submission_file').text();
}

async function best(times, work) {
  let found = Infinity;
  for (let at = 0; at < times; at++) {
    const begun = performance.now();
    await work();
    found = Math.min(found, performance.now() - begun);
  }
  return { ms: found };
}

async function answer(asked) {
  switch (asked.do) {
    case 'load':
      loaded = await load(asked);
      return { ok: true };
    case 'restore': {
      const { root } = await restored(asked.instance);
      const violations = root.validationState.violations.map((each) => [each.reference, each.violation.condition]);
      return { xml: await handedIn(root), violations };
    }
    case 'time':
      return best(asked.times, async () => handedIn((await restored(asked.instance)).root));
    case 'load-time':
      return best(asked.times, () => load(asked));
  }
  throw new Error(`nothing is called ${asked.do}`);
}

process.stdout.write(JSON.stringify({ ready: true }) + '\n');
for await (const line of createInterface({ input: process.stdin })) {
  let said;
  try {
    said = await answer(JSON.parse(line));
  } catch (why) {
    said = { error: String((why && why.message) || why).slice(0, 2000) };
  }
  process.stdout.write(JSON.stringify(said) + '\n');
}
process.exit(0);
