// What each page weighs: the page with its style and its script, pictures apart, as a browser gets it and unpacked. Ends with a table,
// and fails where more than 60 kB would go over the line. `node weight.mjs PATH-TO-CURBSIDE`.
import { get, request } from 'node:http';
import { gunzipSync, inflateSync } from 'node:zlib';
import assert from 'node:assert/strict';
import { Bench, PAGES, PASSWORD, Tally, at } from './common.mjs';

const MOST = 60_000; // bytes
const RECTAL = 'What are the treatment options for a patient with poorly differentiated rectal cancer, post-surgery, post 4 cycles of FOLFOX (fluorouracil, oxaliplatin, '
  + 'leucovorin), post adjuvant radiation therapy (RT), now presenting with multiple skeletal metastases, inguinal metastases, and retroperitoneal metastases?';

const bench = new Bench();
bench.people();
const hash = bench.approved('How is hypomagnesemia evaluated?');
const { slug } = bench.json(['articles', 'show', hash]).article;
// The largest there are: the question of a whole case, before the board and for each reader, and the topics.
const large = ['clinician', 'trainee', 'patient'].map((reader) => [reader, bench.json(['ask', RECTAL, '--reader', reader]).hash]);
const before = bench.submitted(RECTAL);
const topics = bench.json(['sources']).map((source) => source.id).filter((id) => id.startsWith('digest:'));
const address = await bench.serve();
const tally = new Tally();
const { test } = tally;

const cookies = {};
async function cookie(username) {
  cookies[username] ??= await new Promise((resolve, reject) => {
    const form = new URLSearchParams({ username, password: PASSWORD }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': form.length, origin: new URL(address).origin };
    request(new URL('sign-in', address), { method: 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.headers['set-cookie'][0].split(';')[0]);
    }).on('error', reject).end(form);
  });
  return cookies[username];
}

// Without TLS browsers ask for no more.
const unpack = { gzip: gunzipSync, deflate: inflateSync, undefined: (bytes) => bytes };

// Bytes as sent and unpacked.
async function fetched(path, username) {
  const headers = { 'accept-encoding': 'gzip, deflate', ...(username ? { cookie: await cookie(username) } : {}) };
  const [answer, sent] = await new Promise((resolve, reject) => {
    get(new URL(path, address), { headers }, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('end', () => resolve([response, Buffer.concat(parts)]));
      response.on('error', reject);
    }).on('error', reject);
  });
  assert.equal(answer.statusCode, 200, path);
  return { sent: sent.length, body: unpack[answer.headers['content-encoding']](sent) };
}

const files = {};
async function weigh(path, username) {
  const page = await fetched(path, username);
  const html = page.body.toString();
  let [more, moreUnpacked] = [0, 0];
  for (const [, file] of html.matchAll(/<(?:link rel="stylesheet"|script)[^>]* (?:href|src)="([^"]+)"/g)) {
    files[file] ??= await fetched(file);
    more += files[file].sent;
    moreUnpacked += files[file].body.length;
  }
  assert.ok(more > 0, `${path} has no style`);
  return { page: page.sent, first: page.sent + more, unpacked: page.body.length, firstUnpacked: page.body.length + moreUnpacked };
}

const all = [
  ...PAGES.filter(([path]) => !path.includes('WORK')).map(([path, username, name]) => [name, at(path, hash, slug), username]),
  ...large.map(([reader, of]) => [`article, whole case, ${reader}`, `articles/${of}`, null]),
  ['review, whole case', `board/review/${before}`, 'vera'],
  ...topics.map((id) => [id, `sources/${encodeURIComponent(id)}`, null]),
];
const rows = [];
for (const [name, path, username] of all) {
  await test(`${name} is not heavier than ${MOST / 1000} kB`, async () => {
    const weight = await weigh(path, username);
    rows.push([name, weight]);
    assert.ok(weight.first <= MOST, `${weight.first} bytes with style and script`);
  });
}

const kb = (bytes) => (bytes / 1000).toFixed(1).padStart(9);
console.log(`\n${'kB (1,000 bytes)'.padEnd(52)}     page    + style and script   unpacked    + style and script`);
for (const [name, w] of rows.sort((a, b) => b[1].first - a[1].first)) {
  const over = w.firstUnpacked > MOST ? '  over 60 unpacked' : '';
  console.log(`${name.padEnd(52)}${kb(w.page)}${kb(w.first).padStart(22)}${kb(w.unpacked).padStart(11)}${kb(w.firstUnpacked).padStart(22)}${over}`);
}
await bench.end();
tally.end();
