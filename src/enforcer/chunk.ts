/**
 * The list in pieces of at most `size`, in order; none for an empty list.
 *
 * @param size a whole number, 1 or more
 */
export function chunk<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
