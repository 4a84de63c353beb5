package main

import (
	"fmt"
	"reflect"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/types"
)

// snapshotChange is a snapshot that a person or a backup makes or removes. A snapshot with memory shows that
// the machine ran. Of a snapshot without memory vCenter reports that the machine was off.
type snapshotChange struct {
	Machine string
	Name    string
	Memory  bool
	Remove  bool
	Leave   bool // lets the disks keep the parents that they had for it, as a removal that fails does
}

func (v *vcenter) changeSnapshot(change *snapshotChange) error {
	vm := v.machine(change.Machine)
	if vm == nil {
		return fmt.Errorf("no machine %s", change.Machine)
	}
	ctx := v.model.Service.Context
	client, err := vim25.NewClient(ctx, v.model.Service)
	if err != nil {
		return err
	}
	remote := object.NewVirtualMachine(client, vm.Self)
	var task *object.Task
	if change.Remove {
		task, err = remote.RemoveSnapshot(ctx, change.Name, false, nil)
	} else {
		task, err = remote.CreateSnapshot(ctx, change.Name, "", change.Memory, false)
	}
	if err != nil {
		return err
	}
	if err = task.Wait(ctx); err != nil {
		return err
	}
	if !change.Leave {
		v.branch(vm, change.Remove)
	}
	return nil
}

// branch makes the machine's disks write to new files of their own, or to their parents' files again. Stock
// vcsim leaves the disks unchanged.
func (v *vcenter) branch(vm *simulator.VirtualMachine, back bool) {
	ctx := v.context()
	ctx.WithLock(vm, func() {
		devices := []types.BaseVirtualDevice{}
		for _, device := range vm.Config.Hardware.Device {
			disk, ok := device.(*types.VirtualDisk)
			backing, flat := backingOf(device)
			switch {
			case !ok || !flat:
			case !back:
				child, parent := *backing, *backing
				child.Parent = &parent
				device = withBacking(disk, &child)
			case backing.Parent != nil:
				device = withBacking(disk, backing.Parent)
			}
			devices = append(devices, device)
		}
		ctx.Update(vm, []types.PropertyChange{{Name: "config.hardware.device", Val: devices}})
	})
}

func withBacking(disk *types.VirtualDisk, backing *types.VirtualDiskFlatVer2BackingInfo) *types.VirtualDisk {
	changed := *disk
	changed.Backing = backing
	return &changed
}

func backingOf(device types.BaseVirtualDevice) (*types.VirtualDiskFlatVer2BackingInfo, bool) {
	backing, ok := device.GetVirtualDevice().Backing.(*types.VirtualDiskFlatVer2BackingInfo)
	return backing, ok
}

func (v *vcenter) machine(name string) *simulator.VirtualMachine {
	for _, entity := range v.model.Map().All("VirtualMachine") {
		if vm := entity.(*simulator.VirtualMachine); vm.Name == name {
			return vm
		}
	}
	return nil
}

// hasSnapshot searches the whole tree.
func hasSnapshot(tree []types.VirtualMachineSnapshotTree, wanted types.ManagedObjectReference) bool {
	for _, node := range tree {
		if node.Snapshot == wanted || hasSnapshot(node.ChildSnapshotList, wanted) {
			return true
		}
	}
	return false
}

// refuseHardware checks that a clone's changes fit its initial devices: the devices of the snapshot, which
// may differ from the machine's present devices.
func (v *vcenter) refuseHardware(spec types.VirtualMachineCloneSpec) (types.BaseMethodFault, string) {
	if spec.Snapshot == nil || spec.Config == nil {
		return nil, ""
	}
	snapshot, ok := v.model.Map().Get(*spec.Snapshot).(*simulator.VirtualMachineSnapshot)
	if !ok {
		return nil, ""
	}
	devices := object.VirtualDeviceList(snapshot.Config.Hardware.Device)
	for i, change := range spec.Config.DeviceChange {
		changed := change.GetVirtualDeviceConfigSpec()
		device := changed.Device.GetVirtualDevice()
		invalid := &types.InvalidDeviceSpec{DeviceIndex: int32(i)}
		if changed.Operation == types.VirtualDeviceConfigSpecOperationEdit {
			found := devices.FindByKey(device.Key)
			if found == nil || reflect.TypeOf(found) != reflect.TypeOf(changed.Device) {
				return invalid, "the snapshot has no such device"
			}
		}
		if _, ok := changed.Device.(*types.VirtualDisk); ok && devices.FindByKey(device.ControllerKey) == nil {
			return invalid, "the snapshot has no such controller"
		}
	}
	return nil, ""
}
