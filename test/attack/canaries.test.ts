import { testSecrets } from '../acceptance/secrets.ts';
import { count } from '../support/counts.ts';

// At the level that says most.
testSecrets({
  env: { CORNAC_LOG_LEVEL: 'trace' },
  onSearched: (found) => {
    count('tried');
    count('canaries', found);
  },
});
