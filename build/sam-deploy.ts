/** What decides how `sam deploy` is called. */
export interface Circumstances {
  /** Text of `samconfig.toml`. */
  readonly samConfig: string;
  /** Options that the person gave, for `sam deploy` itself. */
  readonly given: readonly string[];
  /** Whether a person sits at the terminal. */
  readonly interactive: boolean;
}

/**
 * Arguments of `sam`. The first time it is guided: SAM asks for region and parameters, and saves the answers, the
 * region always among them, in `samconfig.toml`. It is not guided again, nor where nobody could answer, nor where
 * options say what is wanted.
 * https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-cli-command-reference-sam-deploy.html
 */
export function samDeploy({ samConfig, given, interactive }: Circumstances): string[] {
  const answered = /^\s*region\s*=/m.test(samConfig);
  const guided = interactive && !answered && given.length === 0;
  return ['deploy', ...(guided ? ['--guided'] : []), ...given];
}
