import { readFileSync } from 'node:fs';
import { parseTemplate } from './parse-template.ts';

/** The project's own template, as it stands in the repository. */
export const template = read('template.yaml');

/** What a member of an organization gets, and what rolls it out. */
export const memberTemplate = read('organization/member.yaml');
export const stackSetTemplate = read('organization/stack-set.yaml');

function read(path: string): ReturnType<typeof parseTemplate> {
  return parseTemplate(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8'));
}
