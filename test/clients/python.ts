/** The Python that has the clients. */
export const PYTHON = process.env.TEST_CLIENTS_PYTHON ?? 'python3';
