// Makes asking live: the stages as they come, the lines as they pass the checker, a button that stops. Without this file every
// form works as it stands. Text is set as text only, never as HTML.
'use strict';

(() => {
  const STAGES = [
    ['reading', 'Reading the case'],
    ['finding', 'Finding the evidence'],
    ['composing', 'Composing the article'],
    ['checking', 'Checking each line'],
  ];
  let running = null;

  function make(name, text, className) {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    if (className) element.className = className;
    return element;
  }

  // What the server says on a page of its own.
  async function pageWords(response) {
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    const words = [...page.querySelectorAll('main h1, main p')].slice(0, 2).map((e) => e.textContent.trim());
    return words.length ? words : [`The server answered with status ${response.status}.`];
  }

  class Progress {
    constructor(form) {
      document.querySelectorAll('.progress').forEach((old) => old.remove());
      this.box = make('section', '', 'progress');
      this.box.setAttribute('aria-label', 'Progress');
      this.stages = new Map(STAGES.map(([key, words]) => [key, make('li', words)]));
      const list = make('ol');
      list.append(...this.stages.values());
      this.now = make('p', '', 'now');
      this.now.setAttribute('role', 'status');
      this.lines = make('ul', '', 'lines');
      this.stop = make('button', 'Stop');
      this.stop.type = 'button';
      this.box.append(list, this.now, this.lines, this.stop);
      form.after(this.box);
      this.box.scrollIntoView({ block: 'nearest' });
    }

    stage(key) {
      let before = true;
      for (const [name, item] of this.stages) {
        if (name === key) {
          before = false;
          item.className = 'at-work';
          item.setAttribute('aria-current', 'step');
          this.now.textContent = `${item.textContent} \u2026`;
        } else {
          item.className = before ? 'done' : '';
          item.removeAttribute('aria-current');
        }
      }
    }

    line(text) {
      this.lines.append(make('li', text));
    }

    end(...words) {
      this.now.textContent = words.join(' ');
      // The focus must not go with the button.
      if (document.activeElement === this.stop) {
        this.now.tabIndex = -1;
        this.now.focus();
      }
      this.stop.remove();
      for (const item of this.stages.values()) item.removeAttribute('aria-current');
    }
  }

  // The events of a stream, as {event, data}.
  async function* events(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      text += value;
      let end;
      while ((end = text.indexOf('\n\n')) >= 0) {
        const fields = text.slice(0, end).split('\n').map((l) => [l.slice(0, l.indexOf(':')), l.slice(l.indexOf(':') + 1).trim()]);
        text = text.slice(end + 2);
        const of = (name) => fields.find(([key]) => key === name)?.[1];
        if (of('data')) yield { event: of('event'), data: JSON.parse(of('data')) };
      }
    }
  }

  async function ask(form, fields) {
    running?.abort();
    const stopping = running = new AbortController();
    const progress = new Progress(form);
    progress.stop.addEventListener('click', () => {
      stopping.abort();
      progress.end('Stopped.');
    });
    try {
      const response = await fetch(`${form.getAttribute('action')}/stream`, { method: 'POST', body: fields, signal: stopping.signal });
      if (!response.ok || !response.body) {
        progress.end(...await pageWords(response));
        return;
      }
      for await (const { event, data } of events(response.body)) {
        if (event === 'stage') progress.stage(data.stage);
        if (event === 'line') progress.line(data.text);
        if (event === 'problem') {
          progress.end(`${data.title}.`, data.advice);
          return;
        }
        if (event === 'done') {
          progress.end('The answer is there.');
          location.assign(data.address);
          return;
        }
      }
      progress.end('The connection ended before the answer was there. Ask again.');
    } catch (error) {
      if (!stopping.signal.aborted) progress.end('The server cannot be reached. Ask again in a moment.');
    }
  }

  // What in a question may tell who the patient is. Where the server cannot say it goes on: it takes them out in any case.
  async function identifiers(form, text) {
    try {
      const body = new URLSearchParams({ question: text });
      const response = await fetch(`${form.getAttribute('action')}/identifiers`, { method: 'POST', body });
      return response.status === 200 ? (await response.json()).found : [];
    } catch {
      return [];
    }
  }

  function warn(form, field, found) {
    let warning = form.querySelector('.identifiers');
    if (!found.length) {
      warning?.remove();
      return;
    }
    if (!warning) {
      warning = make('p', '', 'identifiers banner');
      warning.setAttribute('role', 'alert');
      field.after(warning);
    }
    const named = found.map(({ kind, text }) => (text ? `${kind} (\u201c${text}\u201d)` : kind));
    warning.textContent = `This may tell who the patient is: ${named.join(', ')}. It is removed before anything is kept; better leave it out.`
      + (warned.get(field) === field.value ? ' To ask all the same, press the button again.' : '');
  }

  // The text of a field of which was said, when it was to be asked, that it may tell who the patient is.
  const warned = new WeakMap();
  const asks = (form) => form instanceof HTMLFormElement && form.getAttribute('action')?.endsWith('/ask') && form.method === 'post';

  document.addEventListener('submit', async (event) => {
    const form = event.target;
    if (!asks(form)) return;
    event.preventDefault();
    const fields = new URLSearchParams(new FormData(form, event.submitter));
    const field = form.querySelector('textarea[name=question]');
    if (field && warned.get(field) !== field.value) {
      const text = field.value;
      const found = await identifiers(form, text);
      if (found.length) warned.set(field, text);
      warn(form, field, found);
      if (found.length) return;
    }
    await ask(form, fields);
  });

  let pause;
  document.addEventListener('input', (event) => {
    const field = event.target;
    if (!(field instanceof HTMLTextAreaElement) || field.name !== 'question' || !asks(field.form)) return;
    clearTimeout(pause);
    pause = setTimeout(async () => {
      const text = field.value;
      const found = text.trim() ? await identifiers(field.form, text) : [];
      if (field.value === text) warn(field.form, field, found);
    }, 800);
  });

  // Back from the article: the page is as it was left.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) document.querySelectorAll('.progress').forEach((old) => old.remove());
  });
})();

// On an article's page: going from citation to citation, copying, sharing, printing. Without this part every citation opens and
// closes as it stands.
(() => {
  const article = document.querySelector('article.article');
  if (!article) return;

  function make(name, text, className) {
    const element = document.createElement(name);
    if (text) element.textContent = text;
    if (className) element.className = className;
    return element;
  }

  // -- citations --------------------------------------------------------------------------------------------------------------
  const cites = [...article.querySelectorAll('button.cite')];
  let opened; // the number that opened what is open

  function open(button) {
    for (let folded = button.closest('details:not([open])'); folded; folded = folded.parentElement.closest('details:not([open])')) folded.open = true;
    button.scrollIntoView({ block: 'nearest' });
    button.focus();
    button.click();
  }

  function step(by) {
    const at = cites.indexOf(opened);
    if (at < 0) return;
    const next = cites[(at + by + cites.length) % cites.length];
    document.getElementById(opened.getAttribute('popovertarget')).hidePopover();
    open(next);
  }

  // What the list of references says of a work stands there once; an open popover shows it too.
  function fill(popover) {
    for (const item of popover.querySelectorAll('ol.refs > li:not(.filled)')) {
      const title = document.querySelector(`#ref-${item.value} cite`)?.textContent;
      if (title) item.prepend(make('cite', title), ' ');
      item.classList.add('filled');
    }
    if (popover.querySelector('.step')) return;
    const close = popover.querySelector('.close');
    for (const [by, words] of [[-1, 'Previous'], [1, 'Next']]) {
      const button = make('button', words, 'step');
      button.type = 'button';
      button.title = by < 0 ? 'Previous citation (left arrow)' : 'Next citation (right arrow)';
      button.addEventListener('click', () => step(by));
      close.before(button, ' ');
    }
  }

  article.addEventListener('click', (event) => {
    const button = event.target.closest?.('button.cite');
    if (button) opened = button;
  }, true);
  // Who tabs on out of an open citation has done with it; it would lie over what comes next.
  article.addEventListener('focusout', (event) => {
    const popover = event.target.closest?.('.source:popover-open');
    if (popover && event.relatedTarget && !popover.contains(event.relatedTarget)) popover.hidePopover();
  });
  // The events of popovers do not bubble.
  document.addEventListener('beforetoggle', (event) => {
    if (event.newState === 'open' && event.target.matches?.('.source[popover]')) fill(event.target);
  }, true);
  document.addEventListener('keydown', (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !document.querySelector('.source:popover-open')) return;
    event.preventDefault();
    step(by);
  });

  // -- the picture: a dot says which work it is, and leads to it ----------------------------------------------------------------
  const picture = article.querySelector('figure.evidence svg');
  const numberOf = (dot) => (dot.localName === 'circle' ? dot.nextElementSibling?.textContent : undefined);
  picture?.addEventListener('pointerover', ({ target }) => {
    const number = numberOf(target);
    if (!number || target.firstChild) return;
    const title = document.createElementNS('http://www.w3.org/2000/svg', 'title');
    title.textContent = `[${number}] ${document.querySelector(`#ref-${number} cite`)?.textContent ?? ''}`;
    target.append(title);
  });
  picture?.addEventListener('click', ({ target }) => {
    const number = numberOf(target);
    if (number) location.hash = `ref-${number}`;
  });

  // -- copy, share, print -------------------------------------------------------------------------------------------------------
  const LEFT_OUT = 'dialog, form, .tools, .files, .share, figure, details.diagram, details.reader, details.contents, #related, ol.steps, .said, .updated a';

  // The article without what is for the page only: sentences with their numbers in brackets.
  function plainCopy() {
    const copy = article.cloneNode(true);
    for (const button of copy.querySelectorAll('button.cite')) button.replaceWith(`[${button.textContent}]`);
    copy.querySelectorAll(LEFT_OUT).forEach((element) => element.remove());
    for (const details of copy.querySelectorAll('details')) {
      details.querySelector(':scope > summary')?.remove();
      details.replaceWith(...details.childNodes);
    }
    for (const note of copy.querySelectorAll('li > .note, p > .note')) note.textContent = `(${note.textContent})`;
    for (const kind of copy.querySelectorAll('#references .kind')) kind.textContent += '.';
    for (const item of copy.querySelectorAll('#references li')) item.prepend(`[${item.value}] `);
    for (const link of copy.querySelectorAll('#references a')) if (link.textContent === 'Link') link.textContent = link.href;
    for (const element of copy.querySelectorAll('*')) {
      for (const { name } of [...element.attributes]) {
        if (name === 'href' && element.protocol?.startsWith('http')) element.setAttribute('href', element.href);
        else if (name !== 'value' && name !== 'datetime') element.removeAttribute(name);
      }
    }
    for (const mark of copy.querySelectorAll('a:not([href]), mark, span')) mark.replaceWith(...mark.childNodes);
    const from = make('p', `From ${address()}, copied ${new Date().toISOString().slice(0, 10)}.`);
    copy.append(from);
    return copy;
  }

  function address() {
    return article.querySelector('.share a').href;
  }

  // A tree as lines of text.
  function lines(node) {
    const words = (element) => element.textContent.replace(/\s+/g, ' ').trim();
    const out = [];
    for (const element of node.children) {
      const name = element.localName;
      if (name === 'ul' || name === 'ol') {
        [...element.children].forEach((item, n) => {
          const numbered = name === 'ol' && !/^\[\d+\]/.test(words(item));
          out.push(`${numbered ? `${n + 1}.` : name === 'ul' ? '-' : ''} ${words(item)}`.trim());
        });
        out.push('');
      } else if (name === 'dl') {
        for (const row of element.children) out.push(`- ${[...row.children].map(words).join(': ')}`);
        out.push('');
      } else if (name === 'section') {
        out.push(...lines(element));
      } else if (words(element)) {
        if (name === 'h2') out.push('', words(element).toUpperCase());
        else out.push(name === 'blockquote' ? `Question: ${words(element)}` : words(element));
        if (name !== 'h2' && name !== 'h3') out.push('');
      }
    }
    return out;
  }

  // By way of the event, which works without a secure connection too, and at once.
  function toClipboard(text, html) {
    let done = false;
    const put = (event) => {
      event.clipboardData.setData('text/plain', text);
      if (html) event.clipboardData.setData('text/html', html);
      event.preventDefault();
      done = true;
    };
    document.addEventListener('copy', put, { once: true });
    const ran = document.execCommand('copy');
    document.removeEventListener('copy', put);
    return ran && done;
  }

  const does = {
    copy() {
      const copy = plainCopy();
      const text = lines(copy).join('\n').replace(/\n{3,}/g, '\n\n').trim();
      return toClipboard(`${text}\n`, copy.innerHTML)
        ? 'Copied, with its citations and references.'
        : 'The browser did not let it be copied. Download the Markdown instead.';
    },
    share() {
      const who = article.querySelector('#who-can-open').textContent;
      return toClipboard(address()) ? `Link copied. ${who}` : `Copy it yourself: ${address()} ${who}`;
    },
    print() {
      window.print();
      return '';
    },
  };
  const tools = article.querySelector('.tools');
  if (tools) {
    // On paper the whole address is needed.
    article.querySelector('.share a').dataset.whole = address();
    tools.hidden = false;
    tools.addEventListener('click', (event) => {
      const deed = does[event.target.dataset?.does];
      const said = tools.querySelector('.done');
      if (!deed) return;
      said.textContent = '';
      // Said anew where it is the same as before.
      setTimeout(() => { said.textContent = deed === does.print ? '' : words; });
      const words = deed();
    });
  }

  // For browsers that do not open what is folded by the style sheet.
  let unfolded = [];
  window.addEventListener('beforeprint', () => {
    unfolded = [...article.querySelectorAll('details:not([open])')];
    unfolded.forEach((details) => { details.open = true; });
  });
  window.addEventListener('afterprint', () => unfolded.splice(0).forEach((details) => { details.open = false; }));
})();
