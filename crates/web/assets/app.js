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
