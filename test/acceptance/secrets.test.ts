import { testSecrets } from './secrets.ts';

testSecrets();
