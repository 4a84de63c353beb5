package main

import (
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

// unread removes or restores a machine's configuration: vCenter has none for a machine whose files are
// unreadable, or whose cloning is in progress.
func (v *vcenter) unread(vm *simulator.VirtualMachine, change *machineChange) {
	isUnread := change.Unread != nil && *change.Unread
	switch change.Connection {
	case types.VirtualMachineConnectionStateInaccessible, types.VirtualMachineConnectionStateInvalid,
		types.VirtualMachineConnectionStateOrphaned:
		isUnread = true
	case "":
		if change.Unread == nil {
			return
		}
	}
	if v.configs == nil {
		v.configs = map[types.ManagedObjectReference]*types.VirtualMachineConfigInfo{}
	}
	if isUnread && vm.Config != nil {
		v.configs[vm.Self] = vm.Config
		vm.Config = nil
	} else if !isUnread && vm.Config == nil {
		vm.Config = v.configs[vm.Self]
	}
}
