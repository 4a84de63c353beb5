package main

import (
	"fmt"
	"strings"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

const linked = string(types.VirtualMachineRelocateDiskMoveOptionsCreateNewChildDiskBacking)

// refuse gives the faults that vCenter has and vcsim lacks: it crashes on an unknown network, overfills datastores,
// and drops parts of a clone's specification without a word.
func (v *vcenter) refuse(method *simulator.Method) (types.BaseMethodFault, string) {
	switch call := method.Body.(type) {
	case *types.CloneVM_Task:
		spec := call.Spec
		if spec.PowerOn || spec.Customization != nil {
			return &types.NotSupported{}, "the simulator does not power on or customize while it clones"
		}
		snapshot := v.snapshot(call.This)
		switch {
		case spec.Location.DiskMoveType == linked && spec.Snapshot == nil:
			return &types.InvalidArgument{InvalidProperty: "spec.snapshot"}, "a linked clone needs a snapshot"
		case spec.Snapshot != nil && (snapshot == nil || *snapshot != *spec.Snapshot):
			return &types.InvalidArgument{InvalidProperty: "spec.snapshot"}, "not a snapshot of this machine"
		}
		made := clone{Name: call.Name, DiskMoveType: spec.Location.DiskMoveType}
		if spec.Snapshot != nil {
			made.Snapshot = spec.Snapshot.Value
		}
		v.mu.Lock()
		v.clones = append(v.clones, made)
		v.mu.Unlock()
		if spec.Config != nil {
			return v.refuseDevices(spec.Config.DeviceChange)
		}
	case *types.ReconfigVM_Task:
		return v.refuseDevices(call.Spec.DeviceChange)
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

// refuseGuest has vCenter's words for guests that it does not customize.
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

func (v *vcenter) snapshot(ref types.ManagedObjectReference) *types.ManagedObjectReference {
	vm, ok := v.model.Map().Get(ref).(*simulator.VirtualMachine)
	if !ok || vm.Snapshot == nil {
		return nil
	}
	return vm.Snapshot.CurrentSnapshot
}

func (v *vcenter) refuseDevices(changes []types.BaseVirtualDeviceConfigSpec) (types.BaseMethodFault, string) {
	for i, change := range changes {
		spec := change.GetVirtualDeviceConfigSpec()
		invalid := &types.InvalidDeviceSpec{DeviceIndex: int32(i)}
		switch device := spec.Device.(type) {
		case types.BaseVirtualEthernetCard:
			backing, ok := device.GetVirtualEthernetCard().Backing.(*types.VirtualEthernetCardNetworkBackingInfo)
			if ok && v.model.Map().FindByName(backing.DeviceName, v.networks()) == nil {
				return invalid, "no such network"
			}
		case *types.VirtualDisk:
			size := max(device.CapacityInBytes, device.CapacityInKB*1024)
			if spec.Operation == types.VirtualDeviceConfigSpecOperationAdd && size > datastore(v.model).Summary.FreeSpace {
				return &types.NoDiskSpace{Datastore: "datastore1"}, "the datastore is full"
			}
		}
	}
	return nil, ""
}

func (v *vcenter) networks() []types.ManagedObjectReference {
	return v.model.Map().Any("Datacenter").(*simulator.Datacenter).Network
}
