/** The package has no types of its own: its default export is the list of domains. */
declare module "email-providers" {
  const domains: readonly string[];
  export default domains;
}
