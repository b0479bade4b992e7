import { decompress } from './log-file-content.ts';
import { RecordSplitter, type Piece } from './record-splitter.ts';

/** One record of a log file, or why it could not be read. Records are numbered from 1. */
export type LogRecord =
  | { readonly kind: 'record'; readonly number: number; readonly record: object }
  | { readonly kind: 'damaged'; readonly number: number; readonly problem: string };

/**
 * Reads a CloudTrail log file as a stream, some records at a time, in their order.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
 *
 * @param file its bytes, compressed by gzip or not
 * @throws LogFileError when the file as a whole is damaged, or none of CloudTrail's; after the records that could be
 *   read
 */
export async function* readRecords(file: AsyncIterable<Buffer>): AsyncGenerator<LogRecord[], void> {
  const splitter = new RecordSplitter();
  for await (const bytes of decompress(file)) yield splitter.push(bytes).map(parsePiece);
  yield splitter.end().map(parsePiece);
}

function parsePiece(piece: Piece): LogRecord {
  if (piece.kind === 'damaged') return piece;
  const { number, text } = piece;
  try {
    const record: unknown = JSON.parse(text);
    if (typeof record === 'object' && record !== null && !Array.isArray(record)) {
      return { kind: 'record', number, record };
    }
    return { kind: 'damaged', number, problem: 'is no JSON object' };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'damaged', number, problem: `is no JSON: ${shorten(error.message)}` };
  }
}

/** V8 quotes the text around the fault, line breaks and all. */
function shorten(message: string): string {
  const line = message.replaceAll(/\s+/g, ' ');
  return line.length <= 120 ? line : `${line.slice(0, 117)}...`;
}
