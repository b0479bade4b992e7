import type { Connection } from '../aws/connection.ts';
import { OpsError } from '../errors.ts';
import { localLogFiles, type LogFile } from './log-source.ts';
import { parseS3Address, s3LogFiles } from './s3-log-files.ts';

/**
 * The log files of all sources, one source after the other.
 *
 * @param sources paths of files and folders, or `s3://bucket/prefix`
 * @throws OpsError when a source does not exist or has no log file
 */
export async function* logFiles(
  sources: readonly string[],
  connection: Connection,
): AsyncGenerator<LogFile, void> {
  for (const source of sources) {
    const address = parseS3Address(source);
    let found = false;
    for await (const file of address === undefined
      ? localLogFiles(source)
      : s3LogFiles(address, connection)) {
      found = true;
      yield file;
    }
    if (!found) throw new OpsError(`Expected log files (.json or .json.gz) under \`${source}\`, found none.`);
  }
}
