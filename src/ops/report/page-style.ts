/** How the page looks: light or dark as the reader's system is, and on paper. No font, picture or file of elsewhere. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --rule: #d1d9e0; --card: #f6f8fa;
  --alarm: #cf222e; --calm: #54a0c9; --warn: #fff8c5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117; --ink: #e6edf3; --faint: #9198a1; --rule: #3d444d; --card: #161b22;
    --alarm: #ff7b72; --calm: #3f7da3; --warn: #3b2e05;
  }
}
@media print {
  :root {
    color-scheme: light;
    --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --rule: #d1d9e0; --card: #ffffff;
    --alarm: #cf222e; --calm: #54a0c9; --warn: #ffffff;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 1.5rem; max-width: 76rem;
  background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif;
}
h1 { margin: 0; font-size: 1.6rem; }
h2 { margin: 0 0 .5rem; font-size: 1rem; }
p { margin: .25rem 0; max-width: 60rem; overflow-wrap: anywhere; }
.faint { color: var(--faint); }
.warnings { margin: 1rem 0; padding: .5rem 1rem .5rem 2rem; background: var(--warn); border: 1px solid var(--rule); overflow-wrap: anywhere; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem; margin: 1.25rem 0; }
.figures > div, figure, .table { border: 1px solid var(--rule); border-radius: 6px; background: var(--card); padding: .75rem 1rem; }
.figures > div { flex: 1 1 10rem; display: flex; flex-direction: column-reverse; justify-content: flex-end; }
.figures dd { margin: 0; font-size: 1.9rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.figures .alarm dd { color: var(--alarm); }
.figures dt { color: var(--faint); }
.charts { columns: 2 26rem; column-gap: 1rem; margin-bottom: 1rem; }
figure { margin: 0 0 1rem; break-inside: avoid; }
figcaption { margin-bottom: .5rem; font-weight: 600; }
figure svg { display: block; width: 100%; max-width: 520px; height: auto; }
.tools { display: flex; flex-wrap: wrap; gap: 1rem; align-items: baseline; margin-bottom: .5rem; }
.tools [hidden] { display: none; }
input { width: 16rem; max-width: 100%; padding: .25rem .5rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--faint); border-radius: 4px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .5rem; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top; unicode-bidi: isolate; overflow-wrap: anywhere; min-width: 4rem; white-space: pre-line; }
.word { white-space: nowrap; }
thead th { overflow-wrap: normal; position: sticky; top: 0; background: var(--card); }
th button { all: unset; cursor: pointer; font-weight: 600; white-space: nowrap; }
th button::after { content: " \\2195"; color: var(--faint); }
th[aria-sort=ascending] button::after { content: " \\2191"; }
th[aria-sort=descending] button::after { content: " \\2193"; }
:focus-visible { outline: 2px solid var(--calm); outline-offset: 2px; }
@media print {
  body { padding: 0; max-width: none; font-size: 10pt; }
  .tools label, th button::after { display: none; }
  .scroll { overflow: visible; }
  table { font-size: 8pt; }
  th, td { min-width: 0; white-space: normal; }
  thead { display: table-header-group; }
  thead th { overflow-wrap: normal; position: static; }
  tr, figure, .figures > div { break-inside: avoid; }
}
`;
