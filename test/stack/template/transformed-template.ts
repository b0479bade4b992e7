import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { Template } from '../../support/cloudformation/parse-template.ts';

/**
 * The project's template after the SAM transform: what CloudFormation deploys in a region. Needs `python3` with SAM's
 * translator.
 */
export function transformedTemplate(region = 'eu-central-1'): Template {
  const script = fileURLToPath(new URL('transform.py', import.meta.url));
  const source = fileURLToPath(new URL('../../../template.yaml', import.meta.url));
  const env = { ...process.env, AWS_DEFAULT_REGION: region };
  const json = execFileSync('python3', [script, source], { encoding: 'utf8', env });
  return v.parse(Template, JSON.parse(json));
}
