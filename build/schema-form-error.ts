/** The EC2 client's schemas are not written as they were when a rewriting of them was made. */
export class SchemaFormError extends Error {
  override readonly name = 'SchemaFormError';

  /**
   * @param rewriting its file in `build`, without `.ts`
   * @param file that it was to rewrite
   */
  constructor(rewriting: string, file: string, found: string) {
    super(
      `${file}: expected schemas of the form that build/${rewriting}.ts shows; ${found}. ` +
        `Look at the file and adapt build/${rewriting}.ts, or pin the version of @aws-sdk/client-ec2 before it.`,
    );
  }
}
