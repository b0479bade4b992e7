/** What everything is compared to: a handler that does nothing. */
export async function handler() {
  return {};
}
