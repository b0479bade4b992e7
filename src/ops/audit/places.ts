/** Where instances are looked at. */
export interface AuditedPlace {
  /** That of a member of an organization; undefined for the caller's own, which nobody asked for by its number. */
  readonly account: string | undefined;
  readonly region: string;
}

/** What could not be read somewhere, and why. */
export interface PlaceProblem extends AuditedPlace {
  readonly problem: string;
}

function placeName({ account, region }: AuditedPlace): string {
  return account === undefined ? region : `${account} ${region}`;
}

/** Where an audit looked, in few words: `eu-west-1`, `3 regions`, `34 accounts and regions`. */
export function placesText(places: readonly AuditedPlace[]): string {
  const [first] = places;
  if (first !== undefined && places.length === 1) return placeName(first);
  const noun = first?.account === undefined ? 'regions' : 'accounts and regions';
  return `${places.length.toLocaleString('en')} ${noun}`;
}

/** Problems in lines: regions of an account that have the same are one, since a role that is not there fails in all. */
export function problemLines(problems: readonly PlaceProblem[]): string[] {
  const alike = Map.groupBy(problems, ({ account, problem }) => JSON.stringify([account, problem]));
  return [...alike.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const regions = [first, ...others].map(({ region }) => region).join(', ');
    return `${placeName({ account: first.account, region: regions })}: ${first.problem}`;
  });
}
