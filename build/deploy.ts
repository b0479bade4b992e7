import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** `npm run deploy`: deploys what `npm run build` has built. Options after `--` go to `sam deploy`. */
if (import.meta.main) {
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
}

/**
 * Arguments of `sam`. The first time it is guided: SAM asks for region and parameters, and saves the answers, the
 * region always among them, in `samconfig.toml`. It is not guided again, nor where nobody could answer, nor where
 * options say what is wanted.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-deploy.html
 */
export function samDeploy({
  samConfig,
  given,
  interactive,
}: {
  /** Text of `samconfig.toml`. */
  readonly samConfig: string;
  /** Options that the person gave, for `sam deploy` itself. */
  readonly given: readonly string[];
  /** Whether a person sits at the terminal. */
  readonly interactive: boolean;
}): string[] {
  const answered = /^\s*region\s*=/m.test(samConfig);
  const guided = interactive && !answered && given.length === 0;
  return ['deploy', ...(guided ? ['--guided'] : []), ...given];
}
