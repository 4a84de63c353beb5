import { Command } from 'commander';
import { saveCredentials } from '../../config/edit.ts';
import { generateKeyPair } from '../../config/key-pair.ts';
import type { CliOf } from '../cli.ts';

export function generateCredentialsCommand(cliOf: CliOf): Command {
  return new Command('generate-credentials')
    .description("Create an access key, printed as AWS's CSV.")
    .option('--save', 'add it to the configuration file; running gateways reload the file')
    .addHelpText(
      'after',
      '\n  $ cornac generate-credentials --save > key.csv\n  $ aws configure --profile local',
    )
    .action(async (options: { save?: boolean }, command: Command) => {
      const { terminal, config } = cliOf(command);
      const { file } = config();
      const pair = generateKeyPair();
      if (options.save) await saveCredentials(file, pair);
      terminal.print('Access key ID,Secret access key');
      terminal.print(`${pair.accessKeyId},${pair.secretAccessKey}`);
      terminal.info(options.save ? `Saved in ${file}.` : `Not saved: put it under [CREDENTIALS] of ${file}.`);
    });
}
