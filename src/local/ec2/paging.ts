import { invalidParameterValue } from './errors.ts';
import type { QueryParameters } from './query-parameters.ts';

/** The part of a list that a call asks for. */
export interface Page {
  readonly size: number;
  /** Only items of a later position are on the page. */
  readonly after: number;
}

const minResults = 5;
const maxResults = 1000;

/** `MaxResults` from 5 to 1,000, and `NextToken`: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html#api-pagination */
export function parsePage(parameters: QueryParameters, usualSize: number): Page {
  const size = parameters.integer('MaxResults');
  if (size !== undefined && size < minResults) {
    throw invalidParameterValue(
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value greater than ${minResults}.`,
    );
  }
  if (size !== undefined && size > maxResults) {
    throw invalidParameterValue(
      `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value smaller than or equal to ${maxResults}.`,
    );
  }
  const token = parameters.text('NextToken');
  return { size: size ?? usualSize, after: token === undefined ? -1 : readToken(token) };
}

/** Cuts one page from items whose positions rise. */
export function cutPage<Item>(
  items: readonly Item[],
  position: (item: Item) => number,
  page: Page,
): { readonly items: readonly Item[]; readonly nextToken: string | undefined } {
  const rest = page.after < 0 ? items : items.filter((item) => position(item) > page.after);
  const cut = rest.slice(0, page.size);
  const last = cut.at(-1);
  const more = last !== undefined && rest.length > cut.length;
  return { items: cut, nextToken: more ? writeToken(position(last)) : undefined };
}

function writeToken(position: number): string {
  return Buffer.from(`after ${position}`).toString('base64url');
}

function readToken(token: string): number {
  const [, position] = /^after (\d{1,15})$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (position === undefined) {
    throw invalidParameterValue(
      `Value ( ${token} ) for parameter NextToken is invalid. The token is invalid.`,
    );
  }
  return Number(position);
}
