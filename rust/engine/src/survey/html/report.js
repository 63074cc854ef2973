'use strict';
(() => {
  const order = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
  const read = (id) => { const block = document.getElementById(id); return block ? JSON.parse(block.textContent) : null; };
  const element = (name, text, kind) => {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };

  // A heading that sorts: a button inside, so that it is reached and named as one.
  const sortable = (head, start) => {
    const button = element('button', head.textContent);
    button.type = 'button';
    head.textContent = '';
    head.append(button);
    head.setAttribute('aria-sort', 'none');
    button.addEventListener('click', () => {
      const down = head.getAttribute('aria-sort') === 'ascending';
      for (const other of head.parentElement.querySelectorAll('[aria-sort]')) other.setAttribute('aria-sort', 'none');
      head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      start(down ? -1 : 1);
    });
  };

  // Tables that are in the page as they are.
  for (const table of document.querySelectorAll('table.sortable')) {
    const body = table.tBodies[0];
    const value = (row, at, kind) => {
      const cell = row.cells[at];
      const text = cell.dataset.value ?? cell.textContent.trim();
      if (kind === 'text') return text;
      const number = Number.parseFloat(text);
      return Number.isNaN(number) ? Number.NEGATIVE_INFINITY : number;
    };
    [...table.tHead.rows[0].cells].forEach((head, at) => {
      const kind = head.dataset.sort;
      if (!kind) return;
      sortable(head, (sign) => {
        const rows = [...body.rows].map((row) => [value(row, at, kind), row]);
        rows.sort((a, b) => sign * (kind === 'text' ? order.compare(a[0], b[0]) : a[0] - b[0]));
        body.append(...rows.map((pair) => pair[1]));
      });
    });
    const filter = document.querySelector(`[data-filters="${table.id}"]`);
    const count = document.querySelector(`[data-count-of="${table.id}"]`);
    const apply = () => {
      const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of body.rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        if (!row.hidden) shown += 1;
      }
      count.textContent = `${shown} of ${body.rows.length} rows`;
    };
    if (filter && count) { filter.addEventListener('input', apply); apply(); }
  }

  // Accounts of a finding, when they are asked for.
  const most = 500;
  const found = read('finding-users');
  for (const details of document.querySelectorAll('details[data-users-of]')) {
    details.addEventListener('toggle', () => {
      if (!details.open || details.childElementCount > 1) return;
      const users = found[details.dataset.usersOf];
      const list = element('ul');
      for (const [name, detail] of users.slice(0, most)) list.append(element('li', detail ? `${name}: ${detail}` : name));
      if (users.length > most) list.append(element('li', `and ${users.length - most} more`));
      details.append(list);
    });
  }

  // The people: rows stand in a list of numbers and texts, and only one page of them is in the table.
  const names = read('people-names');
  if (!names) return;
  const rows = read('people-rows');
  const table = document.getElementById('people-table');
  const status = document.getElementById('people-status');
  const page = document.getElementById('people-page');
  const field = (id) => document.getElementById(`people-${id}`);
  const [USER, NAME, PRODUCT, SOURCE, STATE, LOCATION, ACCOUNT, DIRECTORY, PLANS, SIGN_IN] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  const columns = [
    ['Account', (row) => row[USER]], ['Name', (row) => row[NAME]],
    ['Product', (row) => (row[PRODUCT] < 0 ? '' : names.products[row[PRODUCT]])],
    ['Source', (row) => names.sources[row[SOURCE]]], ['State', (row) => names.states[row[STATE]]],
    ['Location', (row) => row[LOCATION]], ['Account state', (row) => ['unknown', 'disabled', 'enabled'][row[ACCOUNT] + 1]],
    ['Directory', (row) => (row[DIRECTORY] ? 'Synced' : 'Cloud')], ['Plans off', (row) => (row[PLANS] < 0 ? '' : names.plans[row[PLANS]])],
  ];
  if (names.signIn) columns.push(['Last sign-in', (row) => row[SIGN_IN] || 'never']);
  let haystacks = null;
  // Texts to search in are made when somebody first searches, and kept.
  const haystack = (at) => {
    haystacks ??= rows.map((row) => columns.map(([, value]) => value(row)).join('\n').toLowerCase());
    return haystacks[at];
  };
  let chosen = rows.map((_, at) => at);
  let sorting = null;
  let first = 0;

  const show = () => {
    const size = Number(field('size').value);
    first = Math.max(0, Math.min(first, Math.floor((chosen.length - 1) / size) * size));
    const body = table.tBodies[0];
    body.textContent = '';
    const end = Math.min(first + size, chosen.length);
    for (let at = first; at < end; at += 1) {
      const row = rows[chosen[at]];
      const line = element('tr');
      columns.forEach(([, value], column) => {
        const cell = element(column === 0 ? 'th' : 'td', value(row), column === STATE ? `state-${names.states[row[STATE]]}` : '');
        if (column === 0) cell.scope = 'row';
        line.append(cell);
      });
      body.append(line);
    }
    table.setAttribute('aria-rowcount', String(chosen.length + 1));
    status.textContent = chosen.length ? `Rows ${first + 1} to ${end} of ${chosen.length}` : 'No row is like that.';
    page.textContent = chosen.length ? `Page ${first / size + 1} of ${Math.ceil(chosen.length / size)}` : '';
    field('first').disabled = field('previous').disabled = first === 0;
    field('next').disabled = field('last').disabled = end >= chosen.length;
  };
  const sort = () => {
    if (!sorting) return;
    const [value, sign] = sorting;
    const keys = new Map();
    const rank = new Map();
    for (const at of chosen) { const key = value(rows[at]); keys.set(at, key); rank.set(key, 0); }
    // Each text is compared once, however many rows hold it.
    [...rank.keys()].sort(order.compare).forEach((key, place) => rank.set(key, place));
    chosen.sort((a, b) => sign * (rank.get(keys.get(a)) - rank.get(keys.get(b))) || a - b);
  };
  let timer = 0;
  const filter = () => {
    clearTimeout(timer);
    timer = 0;
    const words = field('filter').value.toLowerCase().split(/\s+/).filter(Boolean);
    const product = field('product').value;
    const state = field('state').value;
    chosen = [];
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[at];
      if (product !== '' && row[PRODUCT] !== Number(product)) continue;
      if (state !== '' && row[STATE] !== Number(state)) continue;
      if (words.length && !words.every((word) => haystack(at).includes(word))) continue;
      chosen.push(at);
    }
    first = 0;
    sort();
    show();
  };

  // What was typed a moment ago counts before whatever comes next: it leads back to the first page.
  const settle = () => { if (timer) filter(); };

  for (const [title, value] of columns) {
    const head = element('th', title);
    head.scope = 'col';
    table.tHead.rows[0].append(head);
    sortable(head, (sign) => { settle(); sorting = [value, sign]; first = 0; sort(); show(); });
  }
  const offer = (select, texts) => texts.map((text, at) => [text, at]).sort((a, b) => order.compare(a[0], b[0])).forEach(([text, at]) => {
    const option = element('option', text);
    option.value = String(at);
    select.append(option);
  });
  offer(field('product'), names.products);
  offer(field('state'), names.states);
  field('product').append(Object.assign(element('option', 'none'), { value: '-1' }));
  field('filter').addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(filter, 120); });
  for (const id of ['product', 'state']) field(id).addEventListener('change', filter);
  field('size').addEventListener('change', () => { settle(); show(); });
  const turn = (id, to) => field(id).addEventListener('click', () => { settle(); first = to(Number(field('size').value)); show(); });
  turn('first', () => 0);
  turn('previous', (size) => first - size);
  turn('next', (size) => first + size);
  turn('last', () => chosen.length);
  // On paper there is no turning of pages.
  const printed = 5000;
  let before = null;
  addEventListener('beforeprint', () => {
    settle();
    before = [field('size').value, first];
    field('size').append(Object.assign(element('option', String(printed)), { selected: true }));
    first = 0;
    show();
  });
  addEventListener('afterprint', () => { field('size').lastElementChild.remove(); [field('size').value, first] = before; show(); });
  show();
  // The texts are made while nobody waits for them.
  (globalThis.requestIdleCallback ?? setTimeout)(() => rows.length && haystack(0));
})();
