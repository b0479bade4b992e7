import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { samDeploy } from './sam-deploy.ts';

/** `npm run deploy`: deploys what `npm run build` has built. Options after `--` go to `sam deploy`. */
const samArguments = samDeploy({
  samConfig: readFileSync('samconfig.toml', 'utf8'),
  given: process.argv.slice(2),
  interactive: process.stdin.isTTY,
});

// On Windows `sam` is a script, which only a shell can run.
const { status, error } = spawnSync('sam', samArguments, {
  stdio: 'inherit',
  shell: process.platform === 'win32',
});

if (error) {
  console.error(
    `Expected to run the AWS SAM command line, \`sam\`, found: ${error.message}. How to install it: ` +
      'https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/install-sam-cli.html',
  );
}
process.exitCode = status ?? 1;
