import { ProviderError, type ProviderErrorCode } from '../provider.ts';
import { isFault, VimFault, VimUnreachable, VimUntrusted } from './vim/fault.ts';
import type { Ref } from './vim/schema.ts';

const codes: Readonly<Record<string, ProviderErrorCode>> = {
  InvalidLogin: 'Unauthorized',
  NoPermission: 'Unauthorized',
  PasswordExpired: 'Unauthorized',
  RestrictedByAdministrator: 'Unauthorized',
  DuplicateName: 'Conflict',
  AlreadyExists: 'Conflict',
  FileAlreadyExists: 'Conflict',
  NoDiskSpace: 'InsufficientCapacity',
  InsufficientStorageSpace: 'InsufficientCapacity',
  FileTooLarge: 'InsufficientCapacity',
  ManagedObjectNotFound: 'MachineNotFound',
  RestrictedVersion: 'Unsupported',
  NotImplemented: 'Unsupported',
  MethodNotFound: 'Unsupported',
  FeatureRequirementsNotMet: 'Unsupported',
  ToolsUnavailable: 'Configuration',
  CannotUseNetwork: 'Configuration',
  TooManyDevices: 'Configuration',
  TooManySnapshotLevels: 'Configuration',
  NotEnoughLicenses: 'Configuration',
  LicenseExpired: 'Configuration',
  // CustomizationFault and its subtypes, except CustomizationPending: that means "already requested".
  CustomizationFault: 'Configuration',
  CannotDecryptPasswords: 'Configuration',
  IpHostnameGeneratorError: 'Configuration',
  LinuxVolumeNotClean: 'Configuration',
  MissingLinuxCustResources: 'Configuration',
  MissingWindowsCustResources: 'Configuration',
  MountError: 'Configuration',
  NicSettingMismatch: 'Configuration',
  NoDisksToCustomize: 'Configuration',
  UncustomizableGuest: 'Configuration',
  UnexpectedCustomizationFault: 'Configuration',
  VolumeEditorError: 'Configuration',
};

/** Faults with similar names that `codes` does not list. */
const families: readonly (readonly [RegExp, ProviderErrorCode])[] = [
  [/^(Insufficient|NotEnough)|ExceedsLimit$/, 'InsufficientCapacity'],
  [/NotSupported|^Unsupported|Incompatible/, 'Unsupported'],
  // Not `Invalid…State`: a state may change within moments.
  [/^Invalid(?!\w*State$|CollectorVersion$)/, 'Configuration'],
];

/** Transient faults: a few more attempts are worth it before the caller gets an error. */
export function isTransient(error: unknown): boolean {
  return (
    error instanceof VimUnreachable ||
    isFault(
      error,
      'HostNotConnected',
      'HostNotReachable',
      'HostCommunication',
      'InvalidHostState',
      'TaskInProgress',
      'ConcurrentAccess',
      'ResourceInUse',
    )
  );
}

/** Translates a vCenter error into an error of the provider port. Other errors are returned unchanged. */
export function toProviderError(error: unknown): unknown {
  if (error instanceof VimUnreachable) {
    return new ProviderError('Unavailable', error.message, { cause: error });
  }
  if (error instanceof VimUntrusted) {
    const hint = error.isOther
      ? 'thumbprint= names another certificate. Compare this value with the thumbprint that vCenter itself shows before you copy it into IAAS'
      : 'name its authority with ca=FILE, or its SHA-256 with thumbprint=…';
    return new ProviderError('Configuration', `IAAS: ${error.message}; ${hint}`, { cause: error });
  }
  if (!(error instanceof VimFault)) return error;
  const { fault } = error;
  const code = codes[fault] ?? families.find(([names]) => names.test(fault))?.[1] ?? 'Unavailable';
  return new ProviderError(code, `vCenter: ${error.message}${explain(error)}`, { cause: error });
}

function explain({ fault, detail }: VimFault): string {
  if (fault === 'NoPermission') {
    return ` (the account lacks the privilege ${detail.privilegeId}${onObject(detail.object)})`;
  }
  if (fault === 'InvalidLogin') return ' (user and password of IAAS)';
  if (fault === 'TooManySnapshotLevels') {
    return ' (build a new origin instead of creating another snapshot of this origin)';
  }
  const property = detail.invalidProperty ?? detail.property;
  // Old releases do not choose a host in a cluster without DRS.
  if (fault === 'InvalidArgument' && /^spec\.(location\.)?(host|pool)$/.test(String(property))) {
    return ` (${property}: in a cluster without DRS name a host with host=PATH in IAAS)`;
  }
  return property ? ` (${property})` : '';
}

/** vCenter's administrators find the object with `govc ls -L Folder:group-d1`. */
function onObject(object: unknown): string {
  const { type, value } = (object ?? {}) as Partial<Ref>;
  return type && value ? ` on ${type}:${value}` : '';
}
