import { readFileSync } from 'node:fs';
import { parseTemplate } from './parse-template.ts';

/** The project's own template, as it stands in the repository. */
export const template = parseTemplate(
  readFileSync(new URL('../../../template.yaml', import.meta.url), 'utf8'),
);
