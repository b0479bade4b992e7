import { styleText } from 'node:util';

/** The styles that the tool uses. */
export type Style = 'bold' | 'green' | 'yellow' | 'red' | 'cyan' | 'magenta' | 'dim';

/** Marks of a styled text, from Unicode's private use area: no terminal takes them for a command. */
const [BEGIN, SEPARATE, END] = ['\u{e000}', '\u{e001}', '\u{e002}'];
const styled = /\u{e000}(bold|green|yellow|red|cyan|magenta|dim)\u{e001}([^\u{e000}-\u{e002}]*)\u{e002}/gu;

/** A text to be shown in this style; `forTerminal` puts the terminal's own codes in place of the marks. */
export function style(name: Style, text: string): string {
  return BEGIN + name + SEPARATE + text + END;
}

/**
 * Control characters but the line break, characters that change the direction of text, and those that nobody sees. What
 * people and machines name things after reaches this tool as it is, and could move the cursor, hide text or turn it round.
 */
const unsafe = /[^\P{C}\n]|[\u2028\u2029]/gu;

/** Writes each unsafe character as JSON does, for example `\u001b`, which is harmless and can be read. */
export function harmless(text: string): string {
  return text.replaceAll(unsafe, (character) => {
    const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
    return units.map((unit) => String.raw`\u` + unit.toString(16).padStart(4, '0')).join('');
  });
}

/**
 * The text for a person, with nothing in it that a terminal obeys but the tool's own styles. They respect `NO_COLOR`
 * and whether standard output is a terminal, unless `hasColours` says.
 */
export function forTerminal(text: string, hasColours?: boolean): string {
  const parts: string[] = [];
  let end = 0;
  for (const { 0: whole, 1: name, 2: inner = '', index } of text.matchAll(styled)) {
    parts.push(harmless(text.slice(end, index)), paint(name, harmless(inner), hasColours));
    end = index + whole.length;
  }
  return parts.join('') + harmless(text.slice(end));
}

function paint(name: string | undefined, text: string, hasColours: boolean | undefined): string {
  const known = styles.find((one) => one === name);
  if (known === undefined || hasColours === false) return text;
  return styleText(known, text, hasColours === undefined ? {} : { validateStream: false });
}

const styles = [
  'bold',
  'green',
  'yellow',
  'red',
  'cyan',
  'magenta',
  'dim',
] as const satisfies readonly Style[];
