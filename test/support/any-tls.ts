/** TLS of node-postgres without a look at the certificate: for tests about something else, because rds.force_ssl demands TLS. */
export const anyTls = { rejectUnauthorized: false };
