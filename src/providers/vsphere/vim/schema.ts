/**
 * What Cornac sends to vCenter: each type's elements in the order of the VIM 6.5 schema, because vCenter
 * requires that order. Kinds: `string`, `int`, `bool`, `ref`, `any` (a string where anything is allowed), or
 * another type; `?` optional, `[]` any number. Elements that Cornac never sends are left out.
 */
export const types = {
  RetrieveServiceContent: { _this: 'ref' },
  CurrentTime: { _this: 'ref' },
  Login: { _this: 'ref', userName: 'string', password: 'string' },
  Logout: { _this: 'ref' },
  FindByInventoryPath: { _this: 'ref', inventoryPath: 'string' },
  FindChild: { _this: 'ref', entity: 'ref', name: 'string' },
  RetrievePropertiesEx: { _this: 'ref', specSet: 'PropertyFilterSpec[]', options: 'RetrieveOptions' },
  ContinueRetrievePropertiesEx: { _this: 'ref', token: 'string' },
  RetrieveProperties: { _this: 'ref', specSet: 'PropertyFilterSpec[]' },
  CreatePropertyCollector: { _this: 'ref' },
  DestroyPropertyCollector: { _this: 'ref' },
  CreateFilter: { _this: 'ref', spec: 'PropertyFilterSpec', partialUpdates: 'bool' },
  WaitForUpdatesEx: { _this: 'ref', version: 'string?', options: 'WaitOptions?' },
  CloneVM_Task: { _this: 'ref', folder: 'ref', name: 'string', spec: 'VirtualMachineCloneSpec' },
  CustomizeVM_Task: { _this: 'ref', spec: 'CustomizationSpec' },
  ReconfigVM_Task: { _this: 'ref', spec: 'VirtualMachineConfigSpec' },
  PowerOnVM_Task: { _this: 'ref' },
  PowerOnMultiVM_Task: { _this: 'ref', vm: 'ref[]', option: 'OptionValueVariant[]' },
  PowerOffVM_Task: { _this: 'ref' },
  ShutdownGuest: { _this: 'ref' },
  Destroy_Task: { _this: 'ref' },
  CancelTask: { _this: 'ref' },
  QueryEvents: { _this: 'ref', filter: 'EventFilterSpec' },
  CheckCustomizationSpec: { _this: 'ref', spec: 'CustomizationSpec' },
  HasPrivilegeOnEntities: { _this: 'ref', entity: 'ref[]', sessionId: 'string', privId: 'string[]' },
  QueryConfigOptionEx: { _this: 'ref', spec: 'EnvironmentBrowserConfigOptionQuerySpec?' },
  EnvironmentBrowserConfigOptionQuerySpec: { guestId: 'string[]' },

  PropertyFilterSpec: { propSet: 'PropertySpec[]', objectSet: 'ObjectSpec[]' },
  PropertySpec: { type: 'string', pathSet: 'string[]' },
  ObjectSpec: { obj: 'ref', skip: 'bool?', selectSet: 'SelectionSpec[]' },
  SelectionSpec: { name: 'string' },
  TraversalSpec: {
    name: 'string?',
    type: 'string',
    path: 'string',
    skip: 'bool?',
    selectSet: 'SelectionSpec[]',
  },
  RetrieveOptions: { maxObjects: 'int?' },
  WaitOptions: { maxWaitSeconds: 'int?' },

  EventFilterSpec: {
    entity: 'EventFilterSpecByEntity?',
    time: 'EventFilterSpecByTime?',
    disableFullMessage: 'bool?',
    eventTypeId: 'string[]',
    maxCount: 'int?',
  },
  EventFilterSpecByEntity: { entity: 'ref', recursion: 'string' },
  EventFilterSpecByTime: { beginTime: 'string' },

  VirtualMachineCloneSpec: {
    location: 'VirtualMachineRelocateSpec',
    template: 'bool',
    config: 'VirtualMachineConfigSpec?',
    powerOn: 'bool',
    snapshot: 'ref?',
  },
  VirtualMachineRelocateSpec: { datastore: 'ref?', diskMoveType: 'string?', pool: 'ref?', host: 'ref?' },
  VirtualMachineConfigSpec: {
    annotation: 'string?',
    numCPUs: 'int?',
    numCoresPerSocket: 'int?',
    memoryMB: 'int?',
    deviceChange: 'DeviceChange[]',
    extraConfig: 'OptionValueVariant[]',
  },
  OptionValue: { key: 'string', value: 'any' },

  VirtualDeviceConfigSpec: { operation: 'string', fileOperation: 'string?', device: 'VirtualDevice' },
  VirtualDisk: {
    key: 'int',
    backing: 'Backing',
    controllerKey: 'int',
    unitNumber: 'int',
    capacityInKB: 'int',
    capacityInBytes: 'int',
  },
  VirtualDiskFlatVer2BackingInfo: {
    fileName: 'string',
    datastore: 'ref?',
    diskMode: 'string',
    thinProvisioned: 'bool?',
    uuid: 'string?',
  },
  VirtualVmxnet3: {
    key: 'int',
    backing: 'Backing',
    connectable: 'VirtualDeviceConnectInfo',
    controllerKey: 'int?',
    unitNumber: 'int?',
    addressType: 'string?',
  },
  VirtualVmxnet2: { key: 'int', backing: 'Backing', connectable: 'VirtualDeviceConnectInfo' },
  VirtualE1000: { key: 'int', backing: 'Backing', connectable: 'VirtualDeviceConnectInfo' },
  VirtualE1000e: { key: 'int', backing: 'Backing', connectable: 'VirtualDeviceConnectInfo' },
  VirtualPCNet32: { key: 'int', backing: 'Backing', connectable: 'VirtualDeviceConnectInfo' },
  VirtualEthernetCardNetworkBackingInfo: { deviceName: 'string', network: 'ref?' },
  VirtualEthernetCardDistributedVirtualPortBackingInfo: { port: 'DistributedVirtualSwitchPortConnection' },
  DistributedVirtualSwitchPortConnection: { switchUuid: 'string', portgroupKey: 'string' },
  VirtualDeviceConnectInfo: { startConnected: 'bool', allowGuestControl: 'bool', connected: 'bool' },

  CustomizationSpec: {
    identity: 'CustomizationIdentitySettings',
    globalIPSettings: 'CustomizationGlobalIPSettings',
    nicSettingMap: 'CustomizationAdapterMapping[]',
  },
  CustomizationLinuxPrep: { hostName: 'CustomizationName', domain: 'string', hwClockUTC: 'bool?' },
  CustomizationFixedName: { name: 'string' },
  CustomizationGlobalIPSettings: { dnsSuffixList: 'string[]', dnsServerList: 'string[]' },
  CustomizationAdapterMapping: { adapter: 'CustomizationIPSettings' },
  CustomizationIPSettings: { ip: 'CustomizationIpGenerator', subnetMask: 'string?', gateway: 'string[]' },
  CustomizationDhcpIpGenerator: {},
  CustomizationFixedIp: { ipAddress: 'string' },
} as const satisfies Record<string, Record<string, string>>;

/** For each base type of the schema, the types that a value may name in `$type`. */
export const variants = {
  SelectionSpec: ['SelectionSpec', 'TraversalSpec'],
  OptionValueVariant: ['OptionValue'],
  DeviceChange: ['VirtualDeviceConfigSpec'],
  VirtualDevice: [
    'VirtualDisk',
    'VirtualVmxnet3',
    'VirtualVmxnet2',
    'VirtualE1000',
    'VirtualE1000e',
    'VirtualPCNet32',
  ],
  Backing: [
    'VirtualDiskFlatVer2BackingInfo',
    'VirtualEthernetCardNetworkBackingInfo',
    'VirtualEthernetCardDistributedVirtualPortBackingInfo',
  ],
  CustomizationIdentitySettings: ['CustomizationLinuxPrep'],
  CustomizationName: ['CustomizationFixedName'],
  CustomizationIpGenerator: ['CustomizationDhcpIpGenerator', 'CustomizationFixedIp'],
} as const satisfies Record<string, readonly TypeName[]>;

/** A managed object: `{ type: 'VirtualMachine', value: 'vm-42' }`. */
export interface Ref {
  readonly type: string;
  readonly value: string;
}

export type TypeName = keyof typeof types;
type VariantName = keyof typeof variants;

type Primitive = { string: string; int: number; bool: boolean; ref: Ref; any: string };

type Kind<K> = K extends `${infer Item}[]`
  ? readonly Kind<Item>[]
  : K extends keyof Primitive
    ? Primitive[K]
    : K extends VariantName
      ? {
          [T in (typeof variants)[K][number]]: { readonly $type: T } & Value<T>;
        }[(typeof variants)[K][number]]
      : K extends TypeName
        ? Value<K>
        : never;

type Fields<T extends TypeName> = (typeof types)[T];
type Optional<T extends TypeName> = {
  [F in keyof Fields<T>]: Fields<T>[F] extends `${string}?` | `${string}[]` ? F : never;
}[keyof Fields<T>];

/** The TypeScript type of a value of the table's type. */
export type Value<T extends TypeName> = {
  readonly [F in Exclude<keyof Fields<T>, Optional<T>>]: Kind<Fields<T>[F]>;
} & {
  readonly [F in Optional<T>]?: Fields<T>[F] extends `${infer K}?` ? Kind<K> : Kind<Fields<T>[F]>;
};

/** Methods are the types with `_this`. */
export type Method = { [T in TypeName]: '_this' extends keyof Fields<T> ? T : never }[TypeName];
