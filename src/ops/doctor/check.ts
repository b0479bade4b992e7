import { explainFailure } from '../explain-failure.ts';

/** What a check came to. `unknown`: it could not be looked at. */
export type CheckStatus = 'ok' | 'warn' | 'fail' | 'unknown';

export interface CheckResult {
  readonly status: CheckStatus;
  readonly found: string;
  /** How to fix it; undefined when there is nothing to fix. */
  readonly fix?: string;
}

/** One question about the deployed stack. */
export interface Check {
  readonly name: string;
  /** May reject with a failure of AWS: then the result is unknown. */
  readonly look: () => Promise<CheckResult>;
}

export interface CheckedResult extends CheckResult {
  readonly name: string;
}

export const ok = (found: string): CheckResult => ({ status: 'ok', found });
export const warn = (found: string, fix: string): CheckResult => ({ status: 'warn', found, fix });
export const fail = (found: string, fix: string): CheckResult => ({ status: 'fail', found, fix });

/** What fixes a stack that is not whole, or is of an older template. */
export const DEPLOY_ANEW = 'Deploy the stack anew: npm run deploy';

/** What fixes a change by hand, which deploying the same template again does not see. */
export const UNDO_DRIFT = 'Put it back as the template has it, with the change set at the end';

/**
 * Looks at everything at once. A failure of AWS makes one answer unknown and keeps none of the others.
 *
 * @throws what is no failure of AWS
 */
export function lookAtAll(checks: readonly Check[]): Promise<CheckedResult[]> {
  return Promise.all(
    checks.map(async ({ name, look }) => {
      try {
        return { name, ...(await look()) };
      } catch (error) {
        const found = explainFailure(error);
        if (found === undefined) throw error;
        return { name, status: 'unknown', found };
      }
    }),
  );
}
