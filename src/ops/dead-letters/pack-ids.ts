/** Characters of a line where nothing has a width, such as a file. */
const WIDE = 200;

/** Ids in lines as wide as the terminal, separated by blanks; none is broken. */
export function packIds(ids: readonly string[], width = process.stdout.columns ?? WIDE): string[] {
  const lines: string[] = [];
  for (const id of ids) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + id.length < width) lines[lines.length - 1] = `${line} ${id}`;
    else lines.push(id);
  }
  return lines;
}
