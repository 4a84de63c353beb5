import { testSecrets } from '../acceptance/secrets.ts';
import { count } from '../support/counts.ts';

// At the most verbose level.
testSecrets({
  env: { CORNAC_LOG_LEVEL: 'trace' },
  onSearched: (found) => {
    count('tried');
    count('canaries', found);
  },
});
