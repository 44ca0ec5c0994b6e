/** Which bucket, and how it is reached. Without an endpoint it is Amazon's. */
export type S3Settings = {
  bucket: string;
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  endpoint?: string;
};
