import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import Anser from 'anser';
import { XMLBuilder } from 'fast-xml-parser';

/**
 * `npm run picture`: draws `npm-start.svg`, the README's picture, from what `npm start` prints. A page is too narrow for
 * all of it: the picture has these cases, and says how many it leaves out.
 */
const shown = [
  'Named at launch',
  'No tags',
  'Empty name',
  'Exempt tag key',
  'Three, one named in time',
  'Named between read and kill',
  'Two, one protected',
  'Grace, one of two named late',
  'Launch without an event',
  'Launch and start both tell',
  'Start that is no launch',
];

const colours: Readonly<Record<string, string>> = {
  'ansi-green': '#3fb950',
  'ansi-red': '#ff7b72',
  'ansi-yellow': '#d29922',
  'ansi-bright-black': '#8b949e',
};

const output = execFileSync(process.execPath, ['src/local/start.ts'], {
  encoding: 'utf8',
  env: { ...process.env, FORCE_COLOR: '1' },
});
writeFileSync(new URL('npm-start.svg', import.meta.url), drawn(shortened(output.trimEnd().split('\n'))));

function shortened([head = '', ...rows]: readonly string[]): string[] {
  const closing = rows.pop() ?? '';
  const cases = new Map<string, string[]>();
  let current: string[] = [];
  for (const row of rows) {
    const title = row.slice(0, head.indexOf('Instance')).trim();
    // A case of several instances or steps has its title in the first of its rows alone.
    if (title !== '') {
      current = [];
      cases.set(title, current);
    }
    current.push(row);
  }
  const kept = shown.flatMap((title) => {
    const found = cases.get(title);
    if (!found) throw new Error(`Expected npm start to show the case "${title}", found: ${output}`);
    return found;
  });
  const more = `\u001B[90m... ${cases.size - shown.length} more cases ...\u001B[39m`;
  return ['$ npm start', head, ...kept, more, ...closing.split(/(?<=[.;] )/)].map((line) => line.trimEnd());
}

/** One text a line: columns stay in line with every monospaced font, since nothing depends on the width of a letter. */
function drawn(lines: readonly string[]): string {
  const [fontSize, letter, step, margin] = [11, 6.62, 17, 14];
  const width =
    Math.ceil(Math.max(...lines.map((line) => Anser.ansiToText(line).length)) * letter) + 2 * margin;
  const height = lines.length * step + 2 * margin;
  const svg = {
    '@xmlns': 'http://www.w3.org/2000/svg',
    '@viewBox': `0 0 ${width} ${height}`,
    '@width': width,
    '@font-family': "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
    '@font-size': fontSize,
    title: 'npm start in a terminal',
    rect: { '@width': width, '@height': height, '@rx': 6, '@fill': '#161b22' },
    text: lines.map((line, index) => ({
      '@x': margin,
      '@y': margin + index * step + 12,
      '@xml:space': 'preserve',
      tspan: Anser.ansiToJson(line, { use_classes: true, remove_empty: true }).map(({ content, fg }) => ({
        '#text': content,
        '@fill': colours[fg] ?? '#e6edf3',
      })),
    })),
  };
  return `${new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' }).build({ svg })}\n`;
}
