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
  // CustomizationFault and all of its kind but CustomizationPending, which says that it was done before.
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

/** The many that are called alike, where `codes` does not name them. */
const families: readonly (readonly [RegExp, ProviderErrorCode])[] = [
  [/^(Insufficient|NotEnough)|ExceedsLimit$/, 'InsufficientCapacity'],
  [/NotSupported|^Unsupported|Incompatible/, 'Unsupported'],
  // Not a state, which may be another one soon.
  [/^Invalid(?!\w*State$|CollectorVersion$)/, 'Configuration'],
];

/** What passes by itself soon: worth a few more tries before anybody is told. */
export function isPassing(error: unknown): boolean {
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

/** The error of the port for one of vCenter's. Others stay what they are. */
export function toProviderError(error: unknown): unknown {
  if (error instanceof VimUnreachable) {
    return new ProviderError('Unavailable', error.message, { cause: error });
  }
  if (error instanceof VimUntrusted) {
    const hint = 'name its authority with ca=FILE, or its SHA-256 with thumbprint=…';
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
    return ' (build a new origin instead of making one more snapshot of this one)';
  }
  const property = detail.invalidProperty ?? detail.property;
  // Old releases choose no host in a cluster without DRS.
  if (fault === 'InvalidArgument' && /^spec\.(location\.)?(host|pool)$/.test(String(property))) {
    return ` (${property}: in a cluster without DRS name a host with host=PATH in IAAS)`;
  }
  return property ? ` (${property})` : '';
}

/** vCenter's administrators find it with `govc ls -L Folder:group-d1`. */
function onObject(object: unknown): string {
  const { type, value } = (object ?? {}) as Partial<Ref>;
  return type && value ? ` on ${type}:${value}` : '';
}
