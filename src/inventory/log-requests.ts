import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { LogAnswer, LogQuestion } from '../model/db-log-file/log-request.ts';

/** Gateways announce their questions here. */
export const LOG_CHANNEL = 'cornac_log_request';

/** A question that a worker has claimed. */
export interface ClaimedQuestion {
  readonly id: string;
  readonly dbiResourceId: string;
  readonly question: LogQuestion;
}

export interface AskTimes {
  /** The longest wait for an answer. Shorter than the time of an HTTP request. */
  readonly waitMs: number;
  /** From one look at the answer to the next. */
  readonly lookMs: number;
}

const ASK_TIMES: AskTimes = { waitMs: 30_000, lookMs: 50 };

/** Open questions of all gateways. An answer may have a megabyte, and is in the inventory for a moment. */
const MAX_OPEN = 50;
/** After this time without an answer another worker may claim the question, because the first one may have died. */
const CLAIM_S = 28;
/** What is older, a gateway that died has left. */
const KEEP_S = 60;

const INSERT = `
  INSERT INTO log_request (id, dbi_resource_id, question, created_at)
  SELECT $1::uuid, $2, $3::jsonb, now() WHERE (SELECT count(*) FROM log_request) < ${MAX_OPEN}`;
// One question about an instance at a time, so that a guest that hangs takes one place of a worker.
const CLAIM = `
  UPDATE log_request SET claimed_at = now() WHERE id = (
    SELECT id FROM log_request AS open
    WHERE answer IS NULL AND created_at > now() - interval '${KEEP_S} s'
      AND (claimed_at IS NULL OR claimed_at < now() - interval '${CLAIM_S} s')
      AND NOT EXISTS (
        SELECT FROM log_request AS other
        WHERE other.dbi_resource_id = open.dbi_resource_id AND other.id <> open.id AND other.answer IS NULL
          AND other.claimed_at > now() - interval '${CLAIM_S} s'
      )
    ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
  ) RETURNING id, dbi_resource_id AS "dbiResourceId", question`;

/**
 * Questions of gateways about logs, and the answers of workers. A gateway reaches no machine, and Temporal must not
 * see what a log says: docs/decisions/0018.
 */
export function createLogRequests(pool: pg.Pool) {
  const remove = (id: string) => pool.query('DELETE FROM log_request WHERE id = $1', [id]);

  return {
    /**
     * Asks the workers.
     * @returns `busy` where too many questions are open, `unanswered` where no worker has answered in time
     */
    async ask(
      dbiResourceId: string,
      question: LogQuestion,
      { waitMs, lookMs }: AskTimes = ASK_TIMES,
    ): Promise<LogAnswer | 'busy' | 'unanswered'> {
      const id = randomUUID();
      const { rowCount } = await pool.query(INSERT, [id, dbiResourceId, JSON.stringify(question)]);
      if (rowCount === 0) return 'busy';
      try {
        await pool.query('SELECT pg_notify($1, $2)', [LOG_CHANNEL, id]);
        for (const end = Date.now() + waitMs; Date.now() < end; ) {
          await delay(lookMs);
          const { rows } = await pool.query<{ answer: LogAnswer }>(
            'SELECT answer FROM log_request WHERE id = $1 AND answer IS NOT NULL',
            [id],
          );
          if (rows[0]) return rows[0].answer;
        }
        return 'unanswered';
      } finally {
        // A worker removes the row where this fails.
        await remove(id).catch(() => {});
      }
    },

    /** The oldest question that no worker works on. */
    async claim(): Promise<ClaimedQuestion | undefined> {
      return (await pool.query<ClaimedQuestion>(CLAIM)).rows[0];
    },

    async answer(id: string, answer: LogAnswer): Promise<void> {
      await pool.query('UPDATE log_request SET answer = $2 WHERE id = $1', [id, JSON.stringify(answer)]);
    },

    /** Removes what gateways that died have left. */
    async prune(): Promise<void> {
      await pool.query(`DELETE FROM log_request WHERE created_at < now() - interval '${KEEP_S} s'`);
    },
  };
}

export type LogRequests = ReturnType<typeof createLogRequests>;
