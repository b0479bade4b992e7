/** JavaScript of the AWS SDK's packages, by its path. */
export const sdkFiles = /[\\/]node_modules[\\/]@(?:aws-sdk|smithy)[\\/].*\.js$/;

/** Where the EC2 client describes the shapes of EC2's requests and answers. */
export const ec2SchemaFiles = /[\\/]client-ec2[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/;
