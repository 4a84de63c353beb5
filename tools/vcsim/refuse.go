package main

import (
	"fmt"
	"strings"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

const linked = string(types.VirtualMachineRelocateDiskMoveOptionsCreateNewChildDiskBacking)

// refuse returns the faults that vCenter has and vcsim lacks: vcsim crashes on an unknown network, overfills
// datastores, and silently drops parts of a clone's specification.
func (v *vcenter) refuse(method *simulator.Method) (types.BaseMethodFault, string) {
	switch call := method.Body.(type) {
	case *types.CloneVM_Task:
		spec := call.Spec
		if spec.PowerOn || spec.Customization != nil {
			return &types.NotSupported{}, "the simulator does not power on or customize while it clones"
		}
		switch {
		case spec.Location.DiskMoveType == linked && spec.Snapshot == nil:
			return &types.InvalidArgument{InvalidProperty: "spec.snapshot"}, "a linked clone needs a snapshot"
		case spec.Snapshot != nil && !v.isOf(call.This, *spec.Snapshot):
			return &types.InvalidArgument{InvalidProperty: "spec.snapshot"}, "not a snapshot of this machine"
		}
		if fault, reason := v.refusePlace(spec.Location); fault != nil {
			return fault, reason
		}
		if fault, reason := v.refuseHardware(spec); fault != nil {
			return fault, reason
		}
		made := clone{Name: call.Name, DiskMoveType: spec.Location.DiskMoveType}
		if spec.Snapshot != nil {
			made.Snapshot = spec.Snapshot.Value
		}
		v.mu.Lock()
		v.clones = append(v.clones, made)
		v.mu.Unlock()
		if spec.Config != nil {
			return v.refuseDevices(spec.Config.DeviceChange, nil)
		}
	case *types.ReconfigVM_Task:
		vm, _ := v.model.Map().Get(call.This).(*simulator.VirtualMachine)
		return v.refuseDevices(call.Spec.DeviceChange, vm)
	case *types.CheckCustomizationSpec:
		return refuseGuest(v.model.Map().Get(call.This).(*simulator.VirtualMachine))
	case *types.ShutdownGuest:
		vm := v.model.Map().Get(call.This).(*simulator.VirtualMachine)
		if vm.Guest.ToolsRunningStatus != string(types.VirtualMachineToolsRunningStatusGuestToolsRunning) {
			return &types.ToolsUnavailable{}, "tools do not run"
		}
	}
	return nil, ""
}

// refuseGuest returns vCenter's fault for guests that it does not customize.
func refuseGuest(vm *simulator.VirtualMachine) (types.BaseMethodFault, string) {
	id := vm.Config.GuestId
	fault := &types.UncustomizableGuest{UncustomizableGuestOS: id}
	if vm.Guest.ToolsVersionStatus2 == "" {
		return fault, "Customization of the guest operating system is not supported due to the given reason: Tools is not installed in the GuestOS."
	}
	if strings.HasPrefix(id, "other") {
		return fault, fmt.Sprintf("Customization of the guest operating system '%s' is not supported in this configuration.", id)
	}
	return nil, ""
}

func (v *vcenter) isOf(ref, snapshot types.ManagedObjectReference) bool {
	vm, ok := v.model.Map().Get(ref).(*simulator.VirtualMachine)
	return ok && vm.Snapshot != nil && hasSnapshot(vm.Snapshot.RootSnapshotList, snapshot)
}

func (v *vcenter) refuseDevices(changes []types.BaseVirtualDeviceConfigSpec, vm *simulator.VirtualMachine) (types.BaseMethodFault, string) {
	for i, change := range changes {
		spec := change.GetVirtualDeviceConfigSpec()
		invalid := &types.InvalidDeviceSpec{DeviceIndex: int32(i)}
		switch device := spec.Device.(type) {
		case types.BaseVirtualEthernetCard:
			backing, ok := device.GetVirtualEthernetCard().Backing.(*types.VirtualEthernetCardNetworkBackingInfo)
			if ok && !v.hasNetwork(backing.DeviceName) {
				return invalid, "no such network"
			}
		case *types.VirtualDisk:
			if fault, reason := v.refuseDisk(device, spec.Operation, invalid, vm); fault != nil {
				return fault, reason
			}
		}
	}
	return nil, ""
}

// refuseDisk refuses a new disk that does not fit on the datastore in its path, and the growth of a disk with
// a snapshot below it.
func (v *vcenter) refuseDisk(disk *types.VirtualDisk, operation types.VirtualDeviceConfigSpecOperation, invalid *types.InvalidDeviceSpec, vm *simulator.VirtualMachine) (types.BaseMethodFault, string) {
	backing, _ := backingOf(disk)
	if operation == types.VirtualDeviceConfigSpecOperationAdd && backing != nil {
		var path object.DatastorePath
		path.FromString(backing.FileName)
		store := datastore(v.model, path.Datastore)
		if store == nil {
			return &types.InvalidDatastorePath{DatastorePath: backing.FileName}, "no such datastore"
		}
		if max(disk.CapacityInBytes, disk.CapacityInKB*1024) > store.Summary.FreeSpace {
			return &types.NoDiskSpace{Datastore: path.Datastore}, "the datastore is full"
		}
	}
	if operation == types.VirtualDeviceConfigSpecOperationEdit && vm != nil {
		found := object.VirtualDeviceList(vm.Config.Hardware.Device).FindByKey(disk.Key)
		if found == nil {
			return invalid, "no such disk"
		}
		if present, ok := backingOf(found); ok && present.Parent != nil {
			operation := &types.InvalidDeviceOperation{InvalidDeviceSpec: *invalid, BadOp: operation}
			return operation, fmt.Sprintf("Invalid operation for device '%d'. Disks with parents cannot be expanded.", invalid.DeviceIndex)
		}
	}
	return nil, ""
}
