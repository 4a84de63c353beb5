import type { Action, Asked, Call, Told } from './journal.ts';

const operations: Partial<Record<Action, string>> = {
  CreateDBInstance: 'createDbInstance',
  DeleteDBInstance: 'deleteDbInstance',
  RebootDBInstance: 'rebootDbInstance',
  StopDBInstance: 'stopDbInstance',
  StartDBInstance: 'startDbInstance',
  ModifyDBInstance: 'modifyDbInstance',
};

const messages: Partial<Record<Action, string>> = {
  CreateDBInstance: 'DB instance created',
  DeleteDBInstance: 'DB instance deleted',
  RebootDBInstance: 'DB instance restarted',
  StopDBInstance: 'DB instance stopped',
  StartDBInstance: 'DB instance started',
};

const classMessage = 'Finished applying modification to DB instance class';
const storageMessage = 'Finished applying modification to allocated storage';
const passwordMessage = 'Reset master credentials';

function modificationMessages({ dbInstanceClass, allocatedStorage, password }: Asked): string[] {
  return [
    ...(dbInstanceClass === undefined ? [] : [`${classMessage}: ${dbInstanceClass}`]),
    ...(allocatedStorage === undefined ? [] : [`${storageMessage}: ${allocatedStorage} GiB`]),
    ...(password === undefined ? [] : [passwordMessage]),
  ];
}

/** The messages that report the success of the call; none where no event reports it. */
export function messagesOf({ action, asked }: Pick<Call, 'action' | 'asked'>): string[] {
  if (action === 'ModifyDBInstance') return modificationMessages(asked);
  const message = messages[action];
  return message === undefined ? [] : [message];
}

/** Whether the event reports that an operation of the call's kind did not succeed. */
export function tellsFailure({ message }: Told, action: Action): boolean {
  const operation = operations[action];
  return operation !== undefined && message.includes(`${operation} did not succeed`);
}

/** Whether the event reports an effect that only a call can have asked for. */
export function tellsSuccess({ message }: Told): boolean {
  return (
    Object.values(messages).includes(message) ||
    [classMessage, storageMessage, passwordMessage].some((known) => message.startsWith(known))
  );
}
