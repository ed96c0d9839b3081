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

// What the number behind a sentence opens.
async function popoverOf(page, cite) {
  return page.locator(`#${await cite.getAttribute('popovertarget')}`);
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
  const popover = await popoverOf(page, line.locator('.cite').first());
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
  assert.ok(await page.locator('ul.topic li').count() > 20);
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
  const popover = page.locator('.source:popover-open');
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

// -- the article's page: readers, citations, taking it elsewhere --------------------------------------------------------------
await test('the reader is asked once, words the article anew at once, and is remembered', async (page) => {
  await ask(page, rectal);
  assert.match(await page.textContent('form.reader'), /Which best describes you\?.*changes the words, not what is said or its sources/s);
  await page.locator('form.reader button[value=patient]').focus();
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => /Worded for patients/.test(document.querySelector('details.reader > summary')?.textContent));
  assert.equal(await page.locator('form.reader').isVisible(), false);
  assert.ok(await page.locator('.emergency, .education').count() > 0);
  if (shots) await page.screenshot({ path: join(shots, 'reader-remembered.png') });
  const [cookie] = (await page.context().cookies()).filter((c) => c.name === 'reader');
  assert.equal(cookie.value, 'patient');
  assert.ok(cookie.httpOnly && cookie.expires > Date.now() / 1000 + 300 * 86_400);
  // The first page, a related question and a follow-up go by it.
  await page.goto(address);
  assert.equal(await page.inputValue('#reader'), 'patient');
  await ask(page, 'How is hypomagnesemia evaluated?');
  assert.match(await page.textContent('details.reader > summary'), /patients and families/);
  await page.locator('button.related').first().click();
  await page.waitForFunction((before) => location.href !== before, page.url());
  assert.match(await page.textContent('details.reader > summary'), /patients and families/);
  await page.fill('#follow-up', 'and in pregnancy?');
  await page.click('text=Ask on >> nth=-1');
  await page.waitForSelector('#changes');
  assert.match(await page.textContent('details.reader > summary'), /patients and families/);
  // And it is changed where it stands.
  await page.locator('details.reader > summary').focus();
  await page.keyboard.press('Enter');
  await page.locator('form.reader button[value=clinician]').click();
  await page.waitForFunction(() => /Worded for clinicians/.test(document.querySelector('details.reader > summary')?.textContent));
});

await test('without JavaScript the reader is remembered too, and what needs a script is not shown', async (page) => {
  await ask(page, 'How is hypomagnesemia evaluated?');
  assert.equal(await page.locator('.tools').isVisible(), false);
  await page.click('form.reader button[value=trainee]');
  assert.match(await page.textContent('details.reader > summary'), /students and trainees/);
  const title = await page.textContent('h1');
  await page.locator('.share a').click();
  assert.equal(await page.textContent('h1'), title);
}, { javaScriptEnabled: false });

await test('every number opens a sentence with kind, year, standing and a way to its source', async (page) => {
  await ask(page, rectal);
  const told = await page.locator('.cite').evaluateAll((all) => all.map((cite) => {
    const popover = document.getElementById(cite.getAttribute('popovertarget'));
    const of = (selector) => [...popover.querySelectorAll(selector)];
    return {
      same: of('ol.refs > li').map((li) => li.value).join(', ') === cite.textContent,
      quote: of('mark').map((m) => m.textContent.trim()).join('').length,
      works: of('ol.refs > li').every((li) => /^[A-Z][a-z -]+(, \d{4})?.*\. (Nothing known against it|Superseded|Retracted|Under an)/.test(li.textContent)),
      source: of('.where a[href*="/sources/"]').length,
      named: popover.getAttribute('aria-label') === `Source ${cite.textContent}`,
      dialog: popover.localName,
    };
  }));
  assert.ok(told.length > 40);
  for (const one of told) assert.deepEqual({ ...one, quote: one.quote > 10 }, { same: true, quote: true, works: true, source: 1, named: true, dialog: 'dialog' });
  // Told once: no two popovers say the same, and titles stand in the list alone.
  const popovers = await page.locator('.source').evaluateAll((all) => all.map((p) => p.textContent));
  assert.equal(new Set(popovers).size, popovers.length);
  assert.ok(popovers.length < told.length);
  assert.equal(await page.locator('.source cite').count(), 0);
});

await test('by keyboard one goes from citation to citation and comes back to the last', async (page) => {
  await ask(page, rectal);
  await page.locator('.cite').nth(1).focus();
  await page.keyboard.press('Space');
  const inside = () => page.evaluate(() => document.activeElement.closest('.source')?.id);
  const first = await page.locator('.cite').nth(1).getAttribute('popovertarget');
  assert.equal(await inside(), first);
  // Filled from the list of references as it opens.
  assert.ok((await page.locator('.source:popover-open ol.refs cite').first().textContent()).length > 10);
  for (let n = 2; n < 30; n += 1) {
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.locator('.source:popover-open').getAttribute('id'), await page.locator('.cite').nth(n).getAttribute('popovertarget'));
  }
  await violatesNothing(page);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('.source:popover-open').count(), 0);
  const at = await page.evaluate(() => [...document.querySelectorAll('.cite')].indexOf(document.activeElement));
  assert.equal(at, 29);
  assert.ok(await page.locator('.cite').nth(29).isVisible());
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowLeft');
  await page.locator('.source:popover-open .close').focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.evaluate(() => [...document.querySelectorAll('.cite')].indexOf(document.activeElement)), 28);
});

// What is laid out only as it comes near (content-visibility) was tried, and these led elsewhere.
await test('a link into the article leads to its place', async (page) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await ask(page, rectal);
  for (const place of ['#limits', '#references', '#ref-20', '#outcomes']) {
    await page.evaluate((hash) => { location.hash = hash; }, place);
    await page.waitForFunction((hash) => {
      const box = document.querySelector(hash).getBoundingClientRect();
      return box.top >= 0 && box.top < innerHeight;
    }, place, { timeout: 5000 });
  }
});

await test('copied, an article has its numbers and its references; the link says who can open it', async (page) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await ask(page, rectal);
  await page.click('text=Copy with citations');
  await page.waitForFunction(() => /Copied, with its citations/.test(document.querySelector('.done').textContent));
  const [text, html] = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    return Promise.all(['text/plain', 'text/html'].map(async (type) => (await item.getType(type)).text()));
  });
  assert.match(text, /^Question: What are the treatment options for rectal cancer/);
  assert.match(text, /pending human review/);
  const [body, references] = text.split('\nREFERENCES\n');
  const cited = new Set([...body.matchAll(/\[(\d+(?:, \d+)*)\]/g)].flatMap((m) => m[1].split(', ')));
  const listed = [...references.matchAll(/^\[(\d+)\] /gm)].map((m) => m[1]);
  assert.deepEqual([...cited].sort(), [...listed].sort());
  assert.equal(listed.length, await page.locator('#references li').count());
  const numbers = (of) => of.match(/\[\d+(, \d+)*\]/g).length;
  assert.equal(numbers(body), await page.locator('.cite').count());
  assert.ok(text.includes(`From ${page.url()}, copied `));
  assert.doesNotMatch(html, /<(button|form|dialog|script|svg)|class=|style=/);
  await page.click('text=Copy the link');
  await page.waitForFunction(() => /Link copied\..*who has the link can read/.test(document.querySelector('.done').textContent));
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), page.url());
  await violatesNothing(page);
});

await test('printed, everything is open, without a script too, and nothing to press is there', async (page) => {
  await ask(page, rectal);
  await page.emulateMedia({ media: 'print' });
  const folded = page.locator('details.behind li, #missing details li');
  assert.ok(await folded.count() > 10);
  for (const line of await folded.all()) assert.equal(await line.isVisible(), true);
  for (const gone of ['header.site', 'form.reader', '.tools', '.ask-again', '.files', '#related', 'details.contents', 'details.behind > summary']) {
    for (const element of await page.locator(gone).all()) assert.equal(await element.isVisible(), false, gone);
  }
  for (const there of ['.asked', '.banner', '.bottom-line', '#references li a', '#limits', '.disclaimer']) {
    assert.equal(await page.locator(there).first().isVisible(), true, there);
  }
  const kept = await page.locator('article li').evaluateAll((all) => all.every((li) => getComputedStyle(li).breakInside === 'avoid'));
  assert.ok(kept);
  const pdf = await page.pdf({ format: 'A4' });
  if (shots) writeFileSync(join(shots, 'article.pdf'), pdf);
  assert.ok(pdf.length > 50_000);
}, { javaScriptEnabled: false });

await test('a related question leads to the article that its asker has, and others only to asking', async (page) => {
  await page.goto(`${address}sign-in`);
  await page.fill('#username', 'ada');
  await page.fill('#password', 'seven damp umbrellas');
  await page.click('form.ask button');
  await page.waitForURL(address);
  await ask(page, 'How is hypomagnesemia evaluated?');
  const own = page.url();
  const asked = await page.locator('button.related').first().textContent();
  await page.locator('button.related').first().click();
  await page.waitForFunction((before) => location.href !== before, own);
  const title = await page.textContent('h1');
  await page.goto(own);
  const row = page.locator('ul.related li').filter({ hasText: asked });
  assert.match(await row.textContent(), /Read your answer/);
  await row.locator('a').click();
  assert.equal(await page.textContent('h1'), title);
  await page.context().clearCookies();
  await ask(page, 'How is hypomagnesemia evaluated?');
  assert.equal(await page.locator('ul.related a').count(), 0);
  assert.match(await page.locator('ul.related li').filter({ hasText: asked }).textContent(), /Ask$/);
});

await browser.close();
server.kill('SIGTERM');
await new Promise((resolve) => server.on('exit', resolve));
rmSync(data, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
