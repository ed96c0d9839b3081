// Browser tests: the real binary, a real server on a free port, Debian's Chromium. `node run.mjs PATH-TO-CURBSIDE`
// prints one line a test and ends with `N passed, N failed`. SCREENSHOTS=DIR keeps pictures of the pages.
import { chromium } from 'playwright-core';
import axe from 'axe-core';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, request as httpRequest } from 'node:http';
import { createInterface } from 'node:readline';
import assert from 'node:assert/strict';

const binary = process.argv[2] ?? 'target/debug/curbside';
const data = mkdtempSync(join(tmpdir(), 'curbside-browser-'));
const evidence = join(import.meta.dirname, 'evidence');
execFileSync(binary, ['--data', data, 'add', evidence], { stdio: ['ignore', 'ignore', 'inherit'] });
const server = spawn(binary, ['--data', data, 'serve', '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, CURBSIDE_SERVER_LOG_LEVEL: 'warn' },
});
let welcome; // the link of the first administrator, printed once it serves
const address = await new Promise((resolve, reject) => {
  createInterface({ input: server.stdout }).on('line', (line) => {
    welcome ??= line.match(/http:\S+\/welcome\/\S+/)?.[0];
    const match = line.match(/http:\S+/);
    if (match) resolve(match[0]);
  });
  server.on('exit', (code) => reject(new Error(`the server ended with ${code}`)));
});
server.removeAllListeners('exit');

const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
const shots = process.env.SCREENSHOTS;
let passed = 0;
let failed = 0;

async function test(name, body, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(address) && !(page.allowed && request.url().startsWith(page.allowed))) complaints.push(`asked for ${request.url()}`);
  });
  try {
    await body(page);
    assert.deepEqual(complaints, []);
    passed += 1;
    console.log(`ok   ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAIL ${name}\n     ${error.message}`);
  }
  if (shots) await page.screenshot({ path: join(shots, `${name.replace(/\W+/g, '-')}.png`), fullPage: true });
  await context.close();
}

async function ask(page, question) {
  await page.goto(address);
  await page.fill('#question', question);
  await page.click('form.ask button');
  await page.waitForURL(/\/articles\/[0-9a-f]{64}$/);
}

// What the script adds to a page; the pages themselves are looked at in board.mjs.
async function violatesNothing(page) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axe.source);
    const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    assert.deepEqual(result.violations.map((v) => `${colorScheme}: ${v.id}: ${v.nodes[0].html}`), []);
  }
}

const rectal = 'What are the treatment options for rectal cancer with bone metastases after FOLFOX?';

await test('home has one question box and says what is covered', async (page) => {
  await page.goto(address);
  assert.equal(await page.locator('textarea').count(), 1);
  assert.match(await page.textContent('main'), /colorectal/i);
});

await test('a question becomes an article whose citation opens its sentence', async (page) => {
  await ask(page, rectal);
  assert.match(await page.textContent('.banner'), /pending human review/);
  const line = page.locator('section li').filter({ has: page.locator('.cite') }).first();
  const popover = line.locator('.source').first();
  assert.equal(await popover.isVisible(), false);
  await line.locator('.cite').first().click();
  assert.equal(await popover.isVisible(), true);
  const quote = (await popover.locator('mark').textContent()).trim();
  assert.ok((await line.textContent()).includes(quote));
  if (shots) await page.screenshot({ path: join(shots, 'citation-open.png') });
});

await test('the evidence and a sequence are drawn, and read as text', async (page) => {
  await ask(page, rectal);
  const picture = page.locator('figure.evidence svg');
  const references = await page.locator('#references li').count();
  const undated = Number(/(\d+) without a year/.exec(await page.textContent('figure.evidence figcaption'))?.[1] ?? 0);
  assert.equal(await picture.locator('circle').count(), references - undated);
  assert.match(await picture.locator('desc').textContent(), /Randomized trial: \d{4}/);
  const diagram = page.locator('details.diagram').first();
  await diagram.locator('summary').click();
  const steps = diagram.locator('xpath=preceding-sibling::ol[1]').locator('> li');
  assert.equal(await diagram.locator('rect').count(), await steps.count());
});

await test('an article and its references can be had as files', async (page) => {
  await ask(page, rectal);
  const links = await page.locator('.files a').evaluateAll((all) => all.map((a) => a.href));
  assert.equal(links.length, 6);
  const files = {};
  for (const link of links) {
    const file = await page.context().request.get(link);
    assert.equal(file.status(), 200, link);
    assert.match(file.headers()['content-disposition'], /^attachment; filename="curbside-[0-9a-f]{12}\.[a-z]+"$/);
    files[link.split('/').at(-1)] = await file.text();
    if (shots) writeFileSync(join(shots, `article.${link.split('/').at(-1)}`), files[link.split('/').at(-1)]);
  }
  const references = JSON.parse(files.json).body.references;
  assert.equal(JSON.parse(files['csl-json']).length, references.length);
  assert.equal(files.ris.match(/^ER {2}- /gm).length, references.length);
  assert.equal(files.bibtex.match(/^@/gm).length, references.length);
  assert.ok(references.every((r) => files.bibtex.includes(String(r.year))));
});

await test('a citation opens and closes by keyboard alone', async (page) => {
  await ask(page, rectal);
  const button = page.locator('.cite').first();
  await button.focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.source:popover-open').count(), 1);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('.source:popover-open').count(), 0);
});

await test('a question outside the library is not answered', async (page) => {
  await ask(page, 'What is the first-line treatment of psoriasis of the scalp?');
  assert.match(await page.textContent('main'), /does not answer this question/);
  assert.equal(await page.locator('.cite').count(), 0);
});

await test('without JavaScript everything still works', async (page) => {
  await ask(page, 'How is hypomagnesemia evaluated?');
  await page.locator('.cite').first().click();
  assert.equal(await page.locator('.source').first().isVisible(), true);
}, { javaScriptEnabled: false });

await test('asking tells its stages, and the article is the one without JavaScript', async (page) => {
  const told = [];
  await page.goto(address);
  await page.exposeFunction('told', (words) => told.push(words));
  await page.evaluate(() => new MutationObserver(() => {
    const now = document.querySelector('.progress .now')?.textContent;
    if (now) window.told(now);
  }).observe(document.body, { subtree: true, childList: true, characterData: true }));
  await page.fill('#question', rectal);
  await page.click('form.ask button');
  await page.waitForURL(/\/articles\/[0-9a-f]{64}$/);
  assert.match(told.join('\n'), /Reading the case[^]*Finding the evidence[^]*Composing the article/);
  const plain = await page.context().request.post(`${address}ask`, { form: { question: rectal, reader: 'clinician' }, maxRedirects: 0 });
  assert.equal(new URL(plain.headers().location, address).href, page.url());
});

// What a model that writes would be told of; the server's own tests have the stream itself. In front of the server stands one
// that passes everything on but the stream, which it begins and never ends.
await test('lines appear as they come, and stop stops', async (page) => {
  let gone;
  const left = new Promise((resolve) => { gone = resolve; });
  const front = createServer((request, response) => {
    if (request.url === '/ask/stream') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: stage\ndata: {"stage":"composing"}\n\nevent: line\ndata: {"section":"bottom-line","text":"<b>First</b> li');
      setTimeout(() => response.write('ne."}\n\n: still there\n\n'), 200);
      response.on('close', gone);
      return;
    }
    const headers = { ...request.headers, host: new URL(address).host };
    const on = httpRequest(new URL(request.url, address), { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(on);
  }).listen(0, '127.0.0.1');
  front.unref();
  await new Promise((resolve) => front.once('listening', resolve));
  page.allowed = `http://127.0.0.1:${front.address().port}/`;
  await page.goto(page.allowed);
  await page.fill('#question', rectal);
  await page.click('form.ask button[type=submit]');
  await page.waitForSelector('.progress .lines li');
  assert.equal(await page.textContent('.progress .lines'), '<b>First</b> line.');
  assert.equal(await page.locator('.progress li.at-work').textContent(), 'Composing the article');
  await violatesNothing(page);
  if (shots) await page.screenshot({ path: join(shots, 'asking.png') });
  await page.locator('.progress button').focus();
  await page.keyboard.press('Enter');
  await left;
  assert.equal(await page.textContent('.progress .now'), 'Stopped.');
  assert.equal(await page.locator('.progress button').count(), 0);
  assert.equal(page.url(), page.allowed);
  front.close();
});

await test('what may tell who the patient is is said before anything is asked', async (page) => {
  await page.goto(address);
  let asked = 0;
  page.on('request', (request) => { if (request.url().endsWith('/ask/stream')) asked += 1; });
  await page.fill('#question', 'Mr John Smith, born 12.3.1960: how is hypomagnesemia evaluated?');
  await page.click('form.ask button');
  await page.waitForFunction(() => /press the button again/.test(document.querySelector('.identifiers')?.textContent));
  assert.match(await page.textContent('.identifiers'), /name \(\u201c.*Smith.*12\.3\.1960/);
  await violatesNothing(page);
  if (shots) await page.screenshot({ path: join(shots, 'identifiers.png') });
  assert.equal(asked, 0);
  await page.fill('#question', 'How is hypomagnesemia evaluated?');
  await page.waitForSelector('.identifiers', { state: 'detached' });
  // Who was told once of this very text is not told again.
  await page.fill('#question', 'Mr John Smith, born 12.3.1960: how is hypomagnesemia evaluated?');
  await page.click('form.ask button');
  await page.waitForURL(/\/articles\/[0-9a-f]{64}$/);
  assert.doesNotMatch(await page.textContent('main'), /Smith|1960/);
});

await test('a problem is told where the question was asked', async (page) => {
  await page.goto(address);
  await page.fill('#question', ' ');
  await page.click('form.ask button');
  await page.waitForFunction(() => /question is empty/.test(document.querySelector('.progress .now')?.textContent));
});

await test('a source is a page with its statements', async (page) => {
  await page.goto(`${address}sources/digest:magnesium-disorders`);
  assert.match(await page.textContent('main'), /unreviewed/);
  assert.ok(await page.locator('p.passage').count() > 20);
});

await test('a retracted source says so, with its notice', async (page) => {
  await page.goto(`${address}sources/pmid:12345690`);
  const facts = await page.textContent('dl.facts');
  assert.match(facts, /Standing\s*retracted/);
  assert.match(facts, /Retraction\s*2014; PMID 12345691/);
});

await test('a source says which file gives which field, and its licence', async (page) => {
  await page.goto(`${address}sources/pmid:12345678`);
  const facts = await page.textContent('dl.facts');
  assert.match(facts, /From prose\s*.*text/);
  assert.match(facts, /From pubmed\s*.*kind/);
  assert.match(facts, /CC-BY-4.0/);
});

await test('beside a sentence of a digest stands that of the work it cites', async (page) => {
  await ask(page, 'How is zinc deficiency treated?');
  const line = page.locator('section li').filter({ hasText: 'by 12 percent' }).first();
  assert.equal(await line.locator('.cite').count(), 2);
  await line.locator('.cite').last().click();
  const popover = line.locator('.source:popover-open');
  assert.match(await popover.textContent(), /nobody has judged whether it means the same/);
  if (shots) await page.screenshot({ path: join(shots, 'tie-open.png') });
});

await test('the server tells that it is alive and ready, and counts by route without a question', async (page) => {
  await ask(page, 'How is hypomagnesemia evaluated?');
  await page.waitForURL(/\/articles\//);
  const get = async (path) => (await page.context().request.get(`${address}${path}`)).text();
  assert.equal(await get('health/live'), 'live\n');
  assert.equal(await get('health/ready'), 'ready\n');
  const metrics = await get('metrics');
  assert.match(metrics, /curbside_requests_total\{method="POST",route="\/ask\/stream",status="200"\} \d+/);
  assert.match(metrics, /curbside_request_seconds_count\{route="\/articles\/\{name\}"\} \d+/);
  assert.doesNotMatch(metrics, /magnes/i);
});

await test('an unknown page and an unknown article say so', async (page) => {
  const wrong = await page.context().request.get(`${address}articles/0123456789abcdef`);
  assert.equal(wrong.status(), 404);
  const header = wrong.headers();
  assert.match(header['content-security-policy'], /default-src 'none'/);
  assert.equal(header['x-frame-options'], 'DENY');
  assert.equal((await page.context().request.get(`${address}nothing`)).status(), 404);
});

await test('the first administrator sets a password by the link, asks in a session, signs out', async (page) => {
  await page.goto(address);
  assert.ok(welcome, 'the link was printed');
  await page.goto(welcome);
  await page.fill('#username', 'ada');
  await page.fill('#name', 'Ada Min');
  await page.fill('#password', 'seven damp umbrellas');
  await page.fill('#again', 'seven damp umbrellas');
  await page.click('form.ask button');
  await page.goto(`${address}sign-in`);
  assert.match(await page.textContent('h1'), /Signed in as Ada Min/);
  await ask(page, 'How is hypomagnesemia treated?');
  const own = page.url();
  assert.match(own, /\/articles\//);
  assert.equal((await page.context().request.get(own)).status(), 200);
  assert.equal((await fetch(own)).status, 401);
  await page.goto(`${address}sign-in`);
  await page.click('form.ask button');
  assert.equal((await page.context().request.get(own)).status(), 401);
  await page.fill('#username', 'ada');
  await page.fill('#password', 'seven damp umbrellas');
  await page.click('form.ask button');
  assert.equal((await page.context().request.get(own)).status(), 200);
});

await test('on a phone nothing is wider than the screen', async (page) => {
  await ask(page, rectal);
  const [inner, scroll] = await page.evaluate(() => [window.innerWidth, document.documentElement.scrollWidth]);
  assert.ok(scroll <= inner, `${scroll} > ${inner}`);
}, { viewport: { width: 375, height: 720 } });

await test('in the dark it is dark', async (page) => {
  await ask(page, rectal);
  const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(colour, 'rgb(20, 24, 26)');
}, { colorScheme: 'dark' });

await browser.close();
server.kill('SIGTERM');
await new Promise((resolve) => server.on('exit', resolve));
rmSync(data, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
