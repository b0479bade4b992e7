/**
 * What the page does in a browser: a click on the head of a column sorts by it, and what is typed leaves the rows that
 * have it. It moves and hides what is there, and writes nothing but a number: no text becomes HTML. Without it the page
 * shows all rows, in their first order.
 */
export const pageScript = `
'use strict';
for (const section of document.querySelectorAll('.table')) {
  const table = section.querySelector('table');
  if (table === null) continue;
  const body = table.tBodies[0];
  const order = new Intl.Collator('en', { numeric: true });
  const heads = [...table.tHead.rows[0].cells];
  const cellText = (row, column) => row.cells[column].textContent;
  heads.forEach((head, column) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const direction = head.ariaSort === 'ascending' ? -1 : 1;
      for (const other of heads) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', direction === 1 ? 'ascending' : 'descending');
      const rows = [...body.rows].map((row) => [cellText(row, column), row]);
      rows.sort(([one], [other]) => direction * order.compare(one, other));
      body.append(...rows.map(([, row]) => row));
    });
  });
  const label = section.querySelector('label');
  const status = section.querySelector('[role=status]');
  const rows = [...body.rows].map((row) => [row.textContent.toLowerCase(), row]);
  label.hidden = false;
  label.querySelector('input').addEventListener('input', ({ target }) => {
    const wanted = target.value.toLowerCase().split(/\\s+/);
    let shown = 0;
    for (const [text, row] of rows) {
      row.hidden = !wanted.every((word) => text.includes(word));
      if (!row.hidden) shown += 1;
    }
    status.textContent = shown + ' of ' + rows.length + ' rows';
  });
}
`;
