import { launcherName } from '../../enforcer/launcher-name.ts';
import { counted } from '../counted.ts';
import type { JudgedRecord } from './judge-record.ts';
import { launcherGroup } from './totals.ts';

/** Which launches a replay is about: those that pass every criterion given; of several values, any one. */
export interface LaunchCriteria {
  /** From this moment on, in epoch milliseconds. */
  readonly since?: number | undefined;
  /** Before this moment, in epoch milliseconds. */
  readonly until?: number | undefined;
  readonly account?: readonly string[] | undefined;
  /** ARNs, ARNs of roles without their session, or short names. */
  readonly launcher?: readonly string[] | undefined;
}

/** Accounts that are named when none fits. */
const MOST_NAMED = 10;

/** Tells the launches that are wanted, and remembers what there was, for who asked for what there is not. */
export class LaunchFilter {
  readonly #criteria: LaunchCriteria;
  /** How many launches each value fits, whatever the others say. */
  readonly #fitting: Map<string, number>;
  readonly #accounts = new Set<string>();
  #first: string | undefined;
  #last: string | undefined;
  #seen = 0;
  #passed = 0;

  constructor(criteria: LaunchCriteria) {
    this.#criteria = criteria;
    const { account = [], launcher = [] } = criteria;
    this.#fitting = new Map(
      [...account.map(nameOf('account')), ...launcher.map(nameOf('launcher'))].map((name) => [name, 0]),
    );
  }

  passes(record: JudgedRecord): boolean {
    this.#remember(record);
    const fitsAccount = this.#fitsAny('account', [record.account]);
    const fitsLauncher =
      this.#criteria.launcher === undefined || this.#fitsAny('launcher', launcherNames(record.launcher));
    const passes = fitsAccount && fitsLauncher && this.#isInTime(record);
    if (passes) this.#passed += 1;
    return passes;
  }

  /**
   * Why the answer says nothing: no launch passed, or an account or launcher was asked for that is nowhere in the log files.
   * Undefined when neither is so: then a total of none means what it says.
   */
  problem(): string | undefined {
    const { since, until, account, launcher } = this.#criteria;
    if ([since, until, account, launcher].every((criterion) => criterion === undefined)) return undefined;
    const nowhere = [...this.#fitting].filter(([, count]) => count === 0).map(([name]) => name);
    if (nowhere.length > 0) return `Found no launch that fits ${nowhere.join(' or ')}, ${this.#what()}`;
    return this.#passed > 0 ? undefined : `Found no launch that passes all criteria, ${this.#what()}`;
  }

  /** The criteria, as the command line has them; empty without any. */
  toString(): string {
    const { since, until } = this.#criteria;
    const times = Object.entries({ since, until }).flatMap(([name, moment]) =>
      moment === undefined ? [] : [`--${name} ${new Date(moment).toISOString()}`],
    );
    return [...times, ...this.#fitting.keys()].join(' ');
  }

  #what(): string {
    if (this.#seen === 0) return 'and no RunInstances record at all.';
    const named = [...this.#accounts].slice(0, MOST_NAMED);
    const more = this.#accounts.size > MOST_NAMED ? ' and others' : '';
    const times = this.#first === undefined ? '' : `, from ${this.#first} to ${this.#last}`;
    return `among ${counted(this.#seen, 'RunInstances record')} of ${named.join(', ')}${more}${times}.`;
  }

  /** Times of CloudTrail have one form, and are in order as texts. What is of another form may have any length. */
  #remember({ account = '', eventTime = '' }: JudgedRecord): void {
    this.#seen += 1;
    if (this.#accounts.size <= MOST_NAMED) {
      this.#accounts.add(/^\d{12}$/.test(account) ? account : 'an unknown account');
    }
    if (!/^\d{4}-[-T:\d]{14}Z$/.test(eventTime)) return;
    if (this.#first === undefined || eventTime < this.#first) this.#first = eventTime;
    if (this.#last === undefined || eventTime > this.#last) this.#last = eventTime;
  }

  #fitsAny(what: 'account' | 'launcher', shown: readonly (string | undefined)[]): boolean {
    const wanted = this.#criteria[what];
    if (wanted === undefined) return true;
    const fitting = wanted.filter((value) => shown.includes(value)).map(nameOf(what));
    for (const name of fitting) this.#fitting.set(name, (this.#fitting.get(name) ?? 0) + 1);
    return fitting.length > 0;
  }

  /** A launch without a time that can be read is of no time that anybody asks for. */
  #isInTime({ eventTime }: JudgedRecord): boolean {
    const { since = -Infinity, until = Infinity } = this.#criteria;
    if (since === -Infinity && until === Infinity) return true;
    const at = Date.parse(eventTime ?? '');
    return since <= at && at < until;
  }
}

function nameOf(what: 'account' | 'launcher'): (value: string) => string {
  return (value) => `--${what} ${value}`;
}

/** All that a launcher can be asked for by. */
function launcherNames(launcher: string | undefined): readonly string[] {
  if (launcher === undefined) return [];
  const group = launcherGroup(launcher);
  return [launcher, group, launcherName(launcher), launcherName(group)];
}
