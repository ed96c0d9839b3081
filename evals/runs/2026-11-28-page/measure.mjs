// Time from the last byte of an article's page to its first paint and to its load event, in Debian's Chromium, and the page's
// weight. `node measure.mjs PATH-TO-CURBSIDE FILE-WITH-QUESTION [NODE_MODULES-OF-tests/browser] > raw.json`
import { createRequire } from 'node:module';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { gzipSync } from 'node:zlib';
import { tmpdir, loadavg } from 'node:os';
import { join, resolve } from 'node:path';

const [binary, file, modules = 'tests/browser'] = process.argv.slice(2);
const { chromium } = createRequire(resolve(modules, 'x.js'))('playwright-core');
const question = readFileSync(file, 'utf8').split('\n')[0];
const RUNS = 20;
const data = mkdtempSync(join(tmpdir(), 'curbside-page-'));
const server = spawn(binary, ['--data', data, 'serve', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, CURBSIDE_SERVER_LOG_LEVEL: 'error' } });
const address = await new Promise((found) => {
  createInterface({ input: server.stdout }).on('line', (line) => { const m = line.match(/at (http:\S+)/); if (m) found(m[1]); });
});
const asked = await fetch(`${address}ask`, { method: 'POST', body: new URLSearchParams({ question }), redirect: 'manual' });
const url = new URL(asked.headers.get('location'), address).href;
const html = await (await fetch(url)).text();
const without = html.replace(/<svg.*?<\/svg>/gs, '');
const out = { bytes: html.length, withoutPictures: without.length, gzip6: gzipSync(html).length, gzip6WithoutPictures: gzipSync(without).length, popovers: html.split('popover id=').length - 1, numbers: html.split('class="cite"').length - 1, runs: {} };
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const small = `${address}disclaimer`;
for (const [name, viewport, slower, at = url] of [['the floor: a page of three paragraphs, desktop', { width: 1280, height: 900 }, 1, small], ['desktop', { width: 1280, height: 900 }, 1], ['desktop, processor 4 times slower', { width: 1280, height: 900 }, 4], ['phone, processor 4 times slower', { width: 375, height: 740 }, 4]]) {
  const runs = [];
  for (let n = 0; n < RUNS; n += 1) {
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: slower });
    await page.goto(at, { waitUntil: 'load' });
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    const t = await page.evaluate(() => {
      const [nav] = performance.getEntriesByType('navigation');
      const [paint] = performance.getEntriesByName('first-contentful-paint');
      return { responseEnd: nav.responseEnd, paint: paint.startTime, interactive: nav.domContentLoadedEventEnd, load: nav.loadEventEnd, wire: nav.transferSize };
    });
    // What the page cost the main thread of its process until now: processor time, which other processes do not lengthen.
    const { metrics } = await cdp.send('Performance.getMetrics');
    const spent = Object.fromEntries(metrics.map((m) => [m.name, m.value * 1000]));
    runs.push({ task: spent.TaskDuration, style: spent.RecalcStyleDuration, layout: spent.LayoutDuration, script: spent.ScriptDuration, paint: t.paint - t.responseEnd, interactive: t.interactive - t.responseEnd, load: t.load - t.responseEnd, wire: t.wire, busy: loadavg()[0] });
    await context.close();
  }
  const of = (key) => { const all = runs.map((r) => r[key]).sort((a, b) => a - b); return { median: +((all[9] + all[10]) / 2).toFixed(1), worst: +all[19].toFixed(1), best: +all[0].toFixed(1) }; };
  out.runs[name] = { paint: of('paint'), interactive: of('interactive'), load: of('load'), task: of('task'), style: of('style'), layout: of('layout'), script: of('script'), busy: of('busy'), raw: runs.map((r) => ({ paint: +r.paint.toFixed(1), interactive: +r.interactive.toFixed(1), load: +r.load.toFixed(1), task: +r.task.toFixed(1) })) };
}
await browser.close();
server.kill();
rmSync(data, { recursive: true, force: true });
console.log(JSON.stringify(out, null, 1));
