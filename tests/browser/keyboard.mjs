// The whole way by keyboard alone: nothing here clicks, fills or focuses; keys are pressed, and what has the focus is looked at. At
// each stop the focus must be seen: an outline, on the screen, not covered. `node keyboard.mjs PATH-TO-CURBSIDE`.
//
// Two things no page hears of are done for the browser: choosing a file in the system's window, and what a screen reader adds.
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { Bench, PASSWORD, Tally, launch } from './common.mjs';

const bench = new Bench();
bench.people();
const address = await bench.serve();
const browser = await launch();
const tally = new Tally();
const { test } = tally;

// In the page: what has the focus, as somebody who cannot see it would be told, and whether somebody who can does see it.
function looked() {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const labels = [...(at.labels ?? [])].map((l) => l.textContent);
  const boxes = [...at.getClientRects()].filter((b) => b.width > 0 && b.height > 0);
  const style = getComputedStyle(at);
  const outline = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
  // A point of it that is on the screen and belongs to it.
  const seen = boxes.some((b) => [0.1, 0.5, 0.9].some((x) => [0.2, 0.5, 0.8].some((y) => {
    const top = document.elementFromPoint(b.left + b.width * x, b.top + b.height * y);
    return top && (at.contains(top) || top.contains(at) && top.tagName === 'LABEL');
  })));
  window.reached ??= new Set();
  window.reached.add(at);
  return {
    tag: at.tagName.toLowerCase(), type: at.type ?? '', id: at.id, class: at.className, href: at.getAttribute('href') ?? '', field: at.name ?? '', value: at.value ?? '',
    name: (at.getAttribute('aria-label') ?? (labels.join(' ') || at.textContent || at.value || '')).trim().replace(/\s+/g, ' '),
    // On the calendar in a field for a day the field itself has no focus: the browser shows it by itself.
    checked: at.checked ?? false, seen, outline: (outline && at.matches(':focus-visible')) || (at.type === 'date' && !at.matches(':focus')),
  };
}

class Keys {
  constructor(page) {
    this.page = page;
  }

  async at() {
    return this.page.evaluate(looked);
  }

  async press(key, times = 1) {
    for (let n = 0; n < times; n += 1) await this.page.keyboard.press(key);
  }

  async type(text) {
    await this.page.keyboard.type(text);
  }

  // One stop on; it must be seen.
  async step(key = 'Tab') {
    await this.press(key);
    let at = await this.at();
    // A page that glides to it is there in a moment.
    for (let n = 0; at && !at.seen && n < 30; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      at = await this.at();
    }
    if (at) assert.ok(at.outline && at.seen, `${this.page.url()}: the focus is not seen (outline ${at.outline}, on the screen ${at.seen}) on ${at.tag} ${JSON.stringify(at.name.slice(0, 60))}`);
    return at;
  }

  // Goes on to the first stop that is what is looked for, past the end of the page once.
  async to(what, wanted, key = 'Tab') {
    let ends = 0;
    for (let stops = 0; stops < 900 && ends < 2; stops += 1) {
      const at = await this.step(key);
      if (!at) ends += 1;
      if (at && wanted(at)) return at;
    }
    throw new Error(`no key leads to ${what} on ${this.page.url()}`);
  }

  button(name, key) {
    return this.to(`the button ${name}`, (at) => at.tag === 'button' && name.test(at.name), key);
  }

  link(name, key) {
    return this.to(`the link ${name}`, (at) => at.tag === 'a' && name.test(at.name), key);
  }

  field(name, key) {
    return this.to(`the field ${name}`, (at) => ['input', 'textarea'].includes(at.tag) && name.test(at.name), key);
  }

  // Presses what has the focus, and waits for the page that it leads to.
  async go(address, key = 'Enter') {
    await Promise.all([this.page.waitForURL(address), this.press(key)]);
    await this.page.waitForLoadState('load');
  }

  // Presses what leads to a page at the same address.
  async again(key = 'Enter') {
    await Promise.all([this.page.waitForEvent('load'), this.press(key)]);
  }

  // Once around the page: no trap, and whatever can be pressed is a stop.
  async round() {
    await this.page.evaluate(() => { window.reached = new Set(); });
    let ends = 0;
    for (let stops = 0; ends < 2; stops += 1) {
      assert.ok(stops < 900, `${this.page.url()}: the keyboard does not come to an end`);
      if (!await this.step()) ends += 1;
    }
    const left = await this.page.evaluate(() => [...document.querySelectorAll('a[href], button, input, textarea, select, summary, [tabindex]')]
      .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.type !== 'hidden' && e.tabIndex >= 0 && !window.reached.has(e))
      // Of buttons of which one is chosen one is a stop; arrows go on.
      .filter((e) => !(e.type === 'radio' && [...window.reached].some((r) => r.name === e.name)))
      .map((e) => e.outerHTML.slice(0, 120)));
    assert.deepEqual(left, [], this.page.url());
    return this.page.evaluate(() => window.reached.size);
  }
}

async function opened(path = '') {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, acceptDownloads: true, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(`${address}${path}`);
  return new Keys(page);
}

async function signIn(keys, username) {
  await keys.link(/^Sign in$/);
  await keys.go(/\/sign-in$/);
  await keys.field(/^Name$/);
  await keys.type(username);
  const password = await keys.step();
  assert.equal(password.type, 'password');
  await keys.type(PASSWORD);
  await keys.go(address);
}

async function ask(keys, question) {
  await keys.field(/question/i);
  await keys.type(question);
  await keys.button(/^Ask/);
  await keys.go(/\/articles\/[0-9a-f]{64}$/);
}

const rectal = 'What are the treatment options for rectal cancer with bone metastases after FOLFOX?';
const guest = await opened();

await test('the first stop leads past the head of the page', async () => {
  const first = await guest.step();
  assert.match(first.name, /Skip to the content/);
  await guest.press('Enter');
  const next = await guest.step();
  assert.equal(next.tag, 'textarea');
  assert.ok(await guest.round() > 15);
});

await test('a question is asked, stopped, and asked again', async () => {
  let hold = true;
  await guest.page.route('**/ask/stream', async (route) => {
    // What answers in a moment here may take a minute behind a model.
    while (hold) await new Promise((resolve) => setTimeout(resolve, 50));
    await route.continue().catch(() => {});
  });
  await guest.page.goto(address);
  await guest.field(/question/i);
  await guest.type(rectal);
  await guest.button(/^Ask/);
  await guest.press('Enter');
  await guest.page.waitForSelector('.progress');
  await guest.button(/^Stop$/);
  await guest.press('Enter');
  await guest.page.waitForFunction(() => /Stopped/.test(document.querySelector('.progress .now')?.textContent));
  assert.equal(guest.page.url(), address);
  hold = false;
  await guest.page.unroute('**/ask/stream');
  await guest.button(/^Ask/, 'Shift+Tab');
  await guest.go(/\/articles\/[0-9a-f]{64}$/);
  assert.match(await guest.page.textContent('.banner'), /pending human review/);
});

await test('every stop of an article is seen, and nothing is left out', async () => {
  assert.ok(await guest.round() > 60);
});

await test('a citation is read and closed, and the place is kept', async () => {
  const cite = await guest.to('a citation', (at) => /\bcite\b/.test(at.class));
  const line = await guest.page.evaluate(() => document.activeElement.closest('li, p').textContent);
  await guest.press('Enter');
  const open = guest.page.locator('.source:popover-open');
  assert.equal(await open.count(), 1);
  assert.ok(line.includes((await open.locator('mark').textContent()).trim()));
  await guest.step();
  assert.ok(await guest.page.evaluate(() => document.activeElement.closest('.source') !== null), 'what stands in it comes next');
  await guest.button(/^Close$/);
  await guest.press('Enter');
  assert.equal(await open.count(), 0);
  assert.equal((await guest.at())?.name, cite.name);
  await guest.press('Space');
  assert.equal(await open.count(), 1);
  await guest.press('Escape');
  assert.equal(await open.count(), 0);
  assert.equal((await guest.at())?.name, cite.name);
});

await test('what stands behind is opened', async () => {
  await guest.to('what stands behind', (at) => at.tag === 'summary');
  const is = () => guest.page.evaluate(() => document.activeElement.parentElement.open);
  assert.equal(await is(), false);
  await guest.press('Enter');
  assert.equal(await is(), true);
  await guest.press('Space');
  assert.equal(await is(), false);
});

await test('a source is opened, and the article is come back to', async () => {
  const article = guest.page.url();
  await guest.to('a citation', (at) => /\bcite\b/.test(at.class));
  await guest.press('Enter');
  // What opens has the focus on the first that can be pressed in it.
  const named = (at) => at?.tag === 'a' && /\/sources\//.test(at.href);
  if (!named(await guest.at())) await guest.to('the source it names', named);
  await guest.go(/\/sources\//);
  assert.ok((await guest.page.textContent('h1')).length > 5);
  await guest.round();
  // Back: the browser's own key, which a browser without a window does not have.
  await guest.page.goBack();
  assert.equal(guest.page.url(), article);
});

await test('an article is downloaded', async () => {
  await guest.link(/^Markdown$/);
  const [download] = await Promise.all([guest.page.waitForEvent('download'), guest.press('Enter')]);
  assert.match(download.suggestedFilename(), /^curbside-[0-9a-f]{12}\.md$/);
});

await test('the reader is changed', async () => {
  const before = guest.page.url();
  await guest.button(/^Patient/);
  await guest.go((url) => /\/articles\//.test(url.href) && url.href !== before);
  assert.match(await guest.page.textContent('main'), /What to ask your care team/);
  await guest.to('the choice, folded', (at) => at.tag === 'summary' && /^Worded for patients/.test(at.name));
  await guest.press('Enter');
  await guest.button(/^Clinician/);
  await guest.go((url) => /\/articles\//.test(url.href) && url.href === before);
});

await test('the question is followed up', async () => {
  const before = guest.page.url();
  await guest.to('the follow-up', (at) => at.tag === 'textarea');
  await guest.type('And if the tumor has a BRAF V600E mutation?');
  await guest.to('its button', (at) => at.tag === 'button');
  await guest.go((url) => /\/articles\//.test(url.href) && url.href !== before);
  assert.match(await guest.page.textContent('#changes'), /Asked behind/);
});

await test('a related question is opened', async () => {
  const before = guest.page.url();
  await guest.to('a related question', (at) => /\brelated\b/.test(at.class));
  await guest.go((url) => /\/articles\//.test(url.href) && url.href !== before);
});

await test('a problem is reported', async () => {
  await guest.link(/^Report a problem with this article/);
  await guest.go(/\/report/);
  await guest.to('the words', (at) => at.tag === 'textarea');
  await guest.type('The unit is missing.');
  await guest.button(/^Report$/);
  await guest.again();
  assert.match(await guest.page.textContent('h1'), /Thank you/);
});

let hash;

await test('an author signs in, asks, and puts the answer before the board', async () => {
  const keys = await opened();
  await signIn(keys, 'wanda');
  await ask(keys, 'How is hypomagnesemia evaluated?');
  hash = new URL(keys.page.url()).pathname.split('/').at(-1);
  await keys.button(/^Put this before the board/);
  await keys.again();
  assert.equal(await keys.page.locator('.steps [aria-current=step]').textContent(), 'Submitted');
});

await test('a reviewer takes it, marks every statement and signs', async () => {
  const keys = await opened();
  await signIn(keys, 'vera');
  await keys.link(/^Queue$/);
  await keys.go(/\/board\/queue/);
  await keys.round();
  await keys.to('the article', (at) => at.tag === 'a' && /\/board\/review\//.test(at.href));
  await keys.go(/\/board\/review\//);
  await keys.button(/^Take for review/);
  await keys.again();
  await keys.field(/^Your conflicts/);
  await keys.again(); // Enter in a field sends its form
  await keys.round();
  const statements = await keys.page.locator('section.statement').count();
  assert.ok(statements > 5);
  for (let n = 1; n <= statements; n += 1) {
    const at = await keys.to(`the marks of statement ${n}`, (on) => on.type === 'radio' && on.field === `mark-${n}`);
    assert.match(at.name, /Accept/);
    if (n === 1) {
      // By arrows to another mark and back.
      await keys.press('ArrowDown');
      assert.match((await keys.at()).name, /Reject/);
      await keys.press('ArrowUp');
    } else {
      await keys.press('Space');
    }
    assert.deepEqual((({ value, checked }) => [value, checked])(await keys.at()), ['accept', true]);
  }
  await keys.button(/^Save the marks/);
  await keys.again();
  assert.equal(await keys.page.locator('p.mark', { hasText: 'Vera Okafor' }).count(), statements);
  await keys.to('what proposes other words', (at) => at.tag === 'summary');
  await keys.press('Enter');
  const number = await keys.field(/^Its number/);
  assert.equal(number.value, '');
  await keys.to('the password', (at) => at.type === 'password');
  await keys.type(PASSWORD);
  await keys.button(/^Approve$/);
  await keys.again();
  assert.match(await keys.page.textContent('main'), /1 of 2/);
});

await test('an editor publishes what two approved', async () => {
  bench.approve(hash, 'viktor');
  const keys = await opened();
  await signIn(keys, 'edith');
  await keys.link(/^Queue$/);
  await keys.go(/\/board\/queue/);
  await keys.link(/^with those approved/);
  await keys.go(/all=1/);
  await keys.to('the article', (at) => at.tag === 'a' && /\/board\/review\//.test(at.href));
  await keys.go(/\/board\/review\//);
  await keys.button(/^Publish$/);
  await keys.again();
  assert.equal((await fetch(`${address}articles/${hash}`)).status, 200);
  await guest.page.goto(address);
  await guest.to('the approved article', (at) => at.tag === 'a' && /\/articles\//.test(at.href));
  await guest.go(/\/articles\//);
  assert.match(await guest.page.textContent('.banner'), /Reviewed by Vera Okafor/);
});

await test('an administrator adds a person, uploads a file and signs out', async () => {
  const keys = await opened();
  await signIn(keys, 'ada');
  await keys.link(/^Administration$/);
  await keys.go(/\/admin$/);
  await keys.link(/^People$/);
  await keys.go(/\/admin\/people$/);
  await keys.round();
  await keys.field(/^Name to sign in with/);
  await keys.type('nils');
  await keys.field(/^Their name/);
  await keys.type('Nils Berg');
  const box = await keys.field(/^author/);
  assert.equal(box.type, 'checkbox');
  await keys.press('Space');
  assert.equal((await keys.at()).checked, true);
  await keys.button(/^Add, and make a link/);
  await keys.again();
  assert.match(await keys.page.textContent('.secret'), /\/welcome\/cbl_/);
  await keys.link(/^Administration$/);
  await keys.go(/\/admin$/);
  await keys.link(/^Sources$/);
  await keys.go(/\/admin\/sources$/);
  const file = join(bench.work, 'trial.nxml');
  writeFileSync(file, '<article article-type="research-article"><front><article-meta><article-id pub-id-type="pmc">PMC77</article-id><title-group>'
    + '<article-title>Magnesium by keyboard</article-title></title-group><abstract><p>Magnesium was given to everyone.</p></abstract></article-meta></front></article>');
  await keys.to('the files', (at) => at.type === 'file' && at.id === 'files');
  // A browser on a busy machine may let a window for files wait; who is at it presses once more.
  const choose = (key) => Promise.all([keys.page.waitForEvent('filechooser', { timeout: 15_000 }), keys.press(key)]).catch(() => null);
  const [chooser] = await choose('Space') ?? await choose('Enter');
  await chooser.setFiles(file);
  await keys.field(/collection/i);
  await keys.type('trials');
  await keys.to('what sends it', (at) => at.tag === 'button');
  await keys.press('Enter');
  await keys.page.waitForSelector('h1:has-text("Added")');
  await keys.page.goto(`${address}admin/policy`);
  await keys.round();
  await keys.page.goto(`${address}admin/audit`);
  await keys.round();
  await keys.page.goto(`${address}account`);
  await keys.round();
  await keys.button(/^Sign out$/);
  await keys.go(/\/sign-in$/);
  assert.match(await keys.page.textContent('h1'), /Sign in/);
});

await browser.close();
await bench.end();
tally.end();
