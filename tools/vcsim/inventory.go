package main

import (
	"cmp"
	"context"

	"github.com/vmware/govmomi/find"
	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25"
	"github.com/vmware/govmomi/vim25/types"
)

// template is a machine to clone from. Some templates are incomplete, for the errors that Cornac must report.
type template struct {
	name     string
	nic      string // network's name; none: no card
	nics     int    // how many cards, if not one
	scsi     string // type of its controller, if not pvscsi; "none": IDE
	disks    int    // how many, if not one
	snapshot bool
	marked   bool // is a template proper, not a powered-off machine
	untold   bool // does not tell its versions of PostgreSQL
	moved    bool // is in vm/databases, where Cornac's machines may be, too
	unbooted bool // was never on, so that vCenter knows of no tools
	guestID  string
	running  bool // was on when its snapshot was taken, with its memory
	late     bool // gets its network card after the snapshot
}

var templates = []template{
	{name: "cornac--origin", nic: "VM Network", snapshot: true},
	{name: "origin-marked", nic: "VM Network", snapshot: true, marked: true},
	{name: "origin-without-nic", snapshot: true},
	{name: "origin-with-late-nic", nic: "VM Network", late: true, snapshot: true},
	{name: "origin-without-snapshot", nic: "VM Network"},
	{name: "origin-without-scsi", nic: "VM Network", scsi: "none", snapshot: true},
	{name: "origin-on-lsi-sas", nic: "VM Network", scsi: "lsilogic-sas", snapshot: true},
	{name: "origin-with-two-disks", nic: "VM Network", disks: 2, snapshot: true},
	{name: "origin-with-two-nics", nic: "VM Network", nics: 2, snapshot: true},
	{name: "next-origin", nic: "VM Network", snapshot: true, moved: true},
	{name: "origin-untold", nic: "VM Network", snapshot: true, untold: true},
	// Mistakes that a new administrator may make with an origin, all at once.
	{
		name: "first-origin", nic: "VM Network", disks: 2, snapshot: true, untold: true, unbooted: true, running: true,
		guestID: "debian99_64Guest",
	},
	{
		name: "origin-of-any-system", nic: "VM Network", snapshot: true,
		guestID: string(types.VirtualMachineGuestOsIdentifierOtherLinux64Guest),
	},
}

// newInventory makes the vCenter of the README: datacenter1 with a cluster of two hosts, a datastore, a
// standard network, a distributed port group, and templates in vm/templates.
func newInventory(versions string) (*simulator.Model, error) {
	model := simulator.VPX()
	model.Machine = 0
	model.Host = 1
	model.ClusterHost = 2
	model.Datastore = 2
	if err := model.Create(); err != nil {
		return nil, err
	}
	rename(model, "Datacenter", "datacenter1")
	rename(model, "ClusterComputeResource", "cluster1")
	rename(model, "Datastore", "datastore1", "LocalDS_0")
	rename(model, "Datastore", escaper.Replace("shelf 2/b"), "LocalDS_1")
	rename(model, "DistributedVirtualPortgroup", "database-net", "DC0_DVPG0")

	ctx := model.Service.Context
	client, err := vim25.NewClient(ctx, model.Service)
	if err != nil {
		return nil, err
	}
	finder := find.NewFinder(client)
	datacenter, err := finder.Datacenter(ctx, "datacenter1")
	if err != nil {
		return nil, err
	}
	folders, err := datacenter.Folders(ctx)
	if err != nil {
		return nil, err
	}
	if err = addNetwork(ctx, finder, escaper.Replace("lan 10.0.0.0/24")); err != nil {
		return nil, err
	}
	folder, err := folders.VmFolder.CreateFolder(ctx, "templates")
	if err != nil {
		return nil, err
	}
	databases, err := folders.VmFolder.CreateFolder(ctx, "databases")
	if err != nil {
		return nil, err
	}
	pool, err := finder.ResourcePool(ctx, "/datacenter1/host/cluster1/Resources")
	if err != nil {
		return nil, err
	}
	if _, err = pool.Create(ctx, "databases", types.DefaultResourceConfigSpec()); err != nil {
		return nil, err
	}
	small := types.DefaultResourceConfigSpec()
	small.MemoryAllocation.Limit = types.NewInt64(2048)
	if _, err = pool.Create(ctx, "small", small); err != nil {
		return nil, err
	}
	for _, t := range templates {
		where := folder
		if t.moved {
			where = databases
		}
		if err = t.create(ctx, model.Map(), versions, where, pool); err != nil {
			return nil, err
		}
	}
	return model, nil
}

// addNetwork makes a standard network with this name on one of the hosts. vCenter shows it as one for all
// hosts.
func addNetwork(ctx context.Context, finder *find.Finder, name string) error {
	hosts, err := finder.HostSystemList(ctx, "/datacenter1/host/cluster1/*")
	if err != nil {
		return err
	}
	system, err := hosts[0].ConfigManager().NetworkSystem(ctx)
	if err != nil {
		return err
	}
	return system.AddPortGroup(ctx, types.HostPortGroupSpec{Name: name, VswitchName: "vSwitch0"})
}

// rename renames the only entity of a kind, or the entity named `old`.
func rename(model *simulator.Model, kind, name string, old ...string) {
	for _, entity := range model.Map().All(kind) {
		if len(old) > 0 && entity.Entity().Name != old[0] {
			continue
		}
		entity.Entity().Name = name
		switch e := entity.(type) {
		case *simulator.Datastore:
			e.Summary.Name = name
			e.Info.GetDatastoreInfo().Name = name
		case *simulator.DistributedVirtualPortgroup:
			e.Name, e.Config.Name = name, name
		}
	}
}

func (t template) create(ctx context.Context, registry *simulator.Registry, versions string, folder *object.Folder, pool *object.ResourcePool) error {
	spec := types.VirtualMachineConfigSpec{
		Name:     t.name,
		GuestId:  cmp.Or(t.guestID, string(types.VirtualMachineGuestOsIdentifierDebian12_64Guest)),
		Files:    &types.VirtualMachineFileInfo{VmPathName: "[datastore1]"},
		NumCPUs:  1,
		MemoryMB: 1024,
	}
	if !t.untold {
		spec.Annotation = "Origin of Cornac\ncornac.engine_versions = " + versions + "\n"
	}
	var devices object.VirtualDeviceList
	var controller types.BaseVirtualDevice
	if t.scsi == "none" {
		controller, _ = devices.CreateIDEController()
	} else {
		controller, _ = devices.CreateSCSIController(cmp.Or(t.scsi, "pvscsi"))
	}
	devices = append(devices, controller)
	for range max(t.disks, 1) {
		disk := devices.CreateDisk(controller.(types.BaseVirtualController), types.ManagedObjectReference{}, "")
		disk.CapacityInKB = 8 << 20
		devices = append(devices, disk)
	}
	var late object.VirtualDeviceList
	for i := 0; t.nic != "" && i < max(t.nics, 1); i++ {
		backing := &types.VirtualEthernetCardNetworkBackingInfo{}
		backing.DeviceName = t.nic
		card, err := devices.CreateEthernetCard("vmxnet3", backing)
		if err != nil {
			return err
		}
		if t.late {
			late = append(late, card)
			continue
		}
		devices = append(devices, card)
	}
	change, err := devices.ConfigSpec(types.VirtualDeviceConfigSpecOperationAdd)
	if err != nil {
		return err
	}
	spec.DeviceChange = change

	task, err := folder.CreateVM(ctx, spec, pool, nil)
	if err != nil {
		return err
	}
	info, err := task.WaitForResult(ctx, nil)
	if err != nil {
		return err
	}
	vm := object.NewVirtualMachine(folder.Client(), info.Result.(types.ManagedObjectReference))
	if !t.unbooted {
		known := registry.Get(vm.Reference()).(*simulator.VirtualMachine)
		known.Guest.ToolsVersionStatus2 = string(types.VirtualMachineToolsVersionStatusGuestToolsUnmanaged)
	}
	if t.running {
		if err = finish(ctx)(vm.PowerOn(ctx)); err != nil {
			return err
		}
	}
	if t.snapshot {
		if err = finish(ctx)(vm.CreateSnapshot(ctx, "ready", "", t.running, false)); err != nil {
			return err
		}
	}
	if t.running {
		if err = finish(ctx)(vm.PowerOff(ctx)); err != nil {
			return err
		}
	}
	if len(late) > 0 {
		if err = vm.AddDevice(ctx, late...); err != nil {
			return err
		}
	}
	if t.marked {
		return vm.MarkAsTemplate(ctx)
	}
	return nil
}

// finish waits for a started task.
func finish(ctx context.Context) func(*object.Task, error) error {
	return func(task *object.Task, err error) error {
		if err != nil {
			return err
		}
		return task.Wait(ctx)
	}
}
