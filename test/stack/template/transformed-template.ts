import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { Template } from '../../support/cloudformation/parse-template.ts';

/** The project's template after the SAM transform: what CloudFormation deploys. Needs `python3` with SAM's translator. */
export function transformedTemplate(): Template {
  const script = fileURLToPath(new URL('transform.py', import.meta.url));
  const source = fileURLToPath(new URL('../../../template.yaml', import.meta.url));
  return v.parse(Template, JSON.parse(execFileSync('python3', [script, source], { encoding: 'utf8' })));
}
