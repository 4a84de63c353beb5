import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A real SSH agent. */
export interface SshAgent {
  /** The value for SSH_AUTH_SOCK. */
  readonly socket: string;
  /** Adds private keys without passphrase. */
  add(...keyFiles: string[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an agent without keys that listens at `socket`. */
export async function startSshAgent(socket: string): Promise<SshAgent> {
  const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(createInterface(agent.stdout), 'line');
  return {
    socket,
    add: async (...keyFiles) => {
      await run('ssh-add', ['-q', ...keyFiles], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
    },
    stop: async () => {
      agent.kill();
      if (agent.exitCode === null && agent.signalCode === null) await once(agent, 'exit');
    },
  };
}
