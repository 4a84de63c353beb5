package main

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"sort"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// newControl serves the requests of a test outside the VIM API. It is plain HTTP on loopback.
//
//	POST /faults     one rule, or DELETE all
//	POST /expire     ends every session, also under an open wait
//	POST /cut        {"milliseconds": n} pulls the network cable
//	POST /delay      {"CloneVm": milliseconds} for tasks by name; replaces the delays before
//	POST /datastore  {"name", "freeGiB": n, "inaccessible", "hosts"}; datastore1 where none is named
//	POST /drs        {"enabled": false, "behavior": "manual"} for the cluster
//	POST /events     {"count": n, "milliseconds": n, "slow": n}, see events
//	POST /guests     {"stubborn": true}, see behaviour, for all guests
//	POST /folder     {"name"} of a folder that the datacenter is moved into
//	POST /host       {"name", "connection": "disconnected", "maintenance": true}
//	POST /hide       {"kind": "Folder", "name", "hidden": true}, or of a ResourcePool: whether the account may not see it
//	POST /machine    {"name", "power", "connection", "question"}, see machineChange, as if a person or a host had done it
//	POST /network    {"name", "hosts": [names]} of a standard network: those that have it
//	POST /rights     {"entity": name, "lacks": [privileges]}
//	POST /snapshot   {"machine", "name", "memory", "remove", "leave"} as if a backup had done it
//	GET  /state      what there is and what was called
func newControl(v *vcenter, n *network) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /faults", handle(func(r *rule) {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.rules = append(v.rules, r)
	}))
	mux.HandleFunc("DELETE /faults", handle(func(*struct{}) {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.rules = nil
	}))
	mux.HandleFunc("POST /expire", handle(func(*struct{}) { v.expireSessions() }))
	mux.HandleFunc("POST /cut", handle(func(cut *struct{ Milliseconds int }) {
		n.cut(time.Duration(cut.Milliseconds) * time.Millisecond)
	}))
	mux.HandleFunc("POST /delay", handle(func(delays *map[string]int) { setTaskDelay(*delays) }))
	mux.HandleFunc("POST /datastore", handle(func(change *struct {
		Name         string
		FreeGiB      int64
		Inaccessible bool
		Hosts        *[]string // names of those that see it; all where none are said
	}) {
		store := datastore(v.model, cmp.Or(change.Name, "datastore1"))
		v.context().WithLock(store, func() {
			store.Summary.FreeSpace = change.FreeGiB << 30
			store.Summary.Accessible = !change.Inaccessible
			for i := range store.Host {
				host := v.model.Map().Get(store.Host[i].Key).(*simulator.HostSystem).Name
				store.Host[i].MountInfo.Mounted = types.NewBool(change.Hosts == nil || slices.Contains(*change.Hosts, host))
			}
		})
	}))
	mux.HandleFunc("POST /drs", handle(v.setDrs))
	mux.HandleFunc("POST /folder", handle(func(folder *struct{ Name string }) {
		if err := v.moveDatacenter(folder.Name); err != nil {
			panic(err)
		}
	}))
	mux.HandleFunc("POST /snapshot", handle(func(change *snapshotChange) {
		if err := v.changeSnapshot(change); err != nil {
			panic(err)
		}
	}))
	mux.HandleFunc("POST /events", handle(v.setEvents))
	mux.HandleFunc("POST /guests", handle(v.guests.behave))
	mux.HandleFunc("POST /hide", handle(func(change *struct {
		Kind, Name string
		Hidden     bool
	}) {
		v.hide(v.place(change.Kind, change.Name), change.Hidden)
	}))
	mux.HandleFunc("POST /host", handle(func(change *struct {
		Name        string
		Connection  types.HostSystemConnectionState
		Maintenance bool
	}) {
		host := v.model.Map().Get(v.place("HostSystem", change.Name)).(*simulator.HostSystem)
		v.context().WithLock(host, func() {
			host.Runtime.ConnectionState = cmp.Or(change.Connection, types.HostSystemConnectionStateConnected)
			host.Runtime.InMaintenanceMode = change.Maintenance
		})
	}))
	mux.HandleFunc("POST /network", handle(func(change *struct {
		Name  string
		Hosts []string
	}) {
		network := v.model.Map().Get(v.place("Network", escaper.Replace(change.Name))).(*mo.Network)
		v.context().WithLock(network, func() {
			network.Host = nil
			for _, name := range change.Hosts {
				network.Host = append(network.Host, v.place("HostSystem", name))
			}
		})
	}))
	mux.HandleFunc("POST /machine", handle(v.setMachine))
	mux.HandleFunc("POST /rights", handle(func(r *rights) {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.rights = append(v.rights, *r)
	}))
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(v.state())
	})
	return mux
}

// machineChange is a change of a machine without Cornac. Absent members change nothing. A machine that is
// turned off is turned off alone.
type machineChange struct {
	Name       string
	Power      types.VirtualMachinePowerState
	Connection types.VirtualMachineConnectionState
	Question   *string // its text; empty once it was answered
	Unread     *bool   // whether vCenter lacks its configuration
	Hidden     *bool   // whether the account may not see it
	Rename     string
	Disk       *string // path of a disk of somebody else's that is put into it; empty once it was taken out
}

func (v *vcenter) setMachine(change *machineChange) {
	for _, entity := range v.model.Map().All("VirtualMachine") {
		vm := entity.(*simulator.VirtualMachine)
		if vm.Name != change.Name {
			continue
		}
		if change.Power == types.VirtualMachinePowerStatePoweredOff {
			if v.guests.options.command == "" {
				v.guests.poweredOff(vm.Self)
			} else {
				v.guests.stop(vm.Self, v.guests.boot(vm.Self)) // its end turns the machine off
			}
			continue
		}
		if change.Hidden != nil {
			v.hide(vm.Self, *change.Hidden)
		}
		ctx := v.context()
		ctx.WithLock(vm, func() {
			v.unread(vm, change)
			attach(vm, change.Disk)
			ctx.Update(vm, change.properties())
		})
	}
}

// foreignDisk is the key of a disk that a person has added to a machine.
const foreignDisk = 2015

// attach adds an existing disk to a machine, or removes it.
func attach(vm *simulator.VirtualMachine, path *string) {
	if path == nil {
		return
	}
	hardware := &vm.Config.Hardware
	hardware.Device = slices.DeleteFunc(slices.Clone(hardware.Device), func(device types.BaseVirtualDevice) bool {
		return device.GetVirtualDevice().Key == foreignDisk
	})
	if *path == "" {
		return
	}
	disk := &types.VirtualDisk{CapacityInKB: 1 << 20, CapacityInBytes: 1 << 30}
	disk.Key = foreignDisk
	disk.ControllerKey = 1000
	disk.UnitNumber = types.NewInt32(15)
	disk.Backing = &types.VirtualDiskFlatVer2BackingInfo{
		VirtualDeviceFileBackingInfo: types.VirtualDeviceFileBackingInfo{FileName: *path},
		DiskMode:                     "persistent",
	}
	hardware.Device = append(hardware.Device, disk)
}

func (c *machineChange) properties() []types.PropertyChange {
	changes := []types.PropertyChange{}
	set := func(name string, value types.AnyType) {
		changes = append(changes, types.PropertyChange{Name: name, Val: value})
	}
	if c.Power != "" {
		set("runtime.powerState", c.Power)
		set("summary.runtime.powerState", c.Power)
		if c.Power == types.VirtualMachinePowerStatePoweredOn {
			set("runtime.bootTime", time.Now())
		}
	}
	if c.Connection != "" {
		set("runtime.connectionState", c.Connection)
	}
	if c.Rename != "" {
		set("name", c.Rename)
	}
	if c.Question != nil && *c.Question == "" {
		set("runtime.question", nil)
	} else if c.Question != nil {
		set("runtime.question", types.VirtualMachineQuestionInfo{Id: "1", Text: *c.Question})
	}
	return changes
}

func handle[T any](act func(*T)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		argument := new(T)
		if r.ContentLength > 0 {
			if err := json.NewDecoder(r.Body).Decode(argument); err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
		}
		act(argument)
		w.WriteHeader(http.StatusNoContent)
	}
}

func (v *vcenter) state() map[string]any {
	machines := []map[string]any{}
	for _, entity := range v.model.Map().All("VirtualMachine") {
		vm := entity.(*simulator.VirtualMachine)
		v.context().WithLock(vm, func() {
			if vm.Config == nil {
				machines = append(machines, map[string]any{"name": vm.Name})
				return
			}
			extra := map[string]any{}
			for _, option := range vm.Config.ExtraConfig {
				extra[option.GetOptionValue().Key] = option.GetOptionValue().Value
			}
			machines = append(machines, map[string]any{
				"name":        vm.Name,
				"power":       vm.Runtime.PowerState,
				"host":        v.model.Map().Get(*vm.Runtime.Host).(*simulator.HostSystem).Name,
				"folder":      v.model.Map().Get(*vm.Parent).(*simulator.Folder).Name,
				"hostName":    vm.Guest.HostName,
				"address":     vm.Guest.IpAddress,
				"boots":       v.guests.boots(vm.Self),
				"cpus":        vm.Config.Hardware.NumCPU,
				"memoryMiB":   vm.Config.Hardware.MemoryMB,
				"disksGiB":    disks(vm),
				"networks":    networkNames(v.model, vm),
				"extraConfig": extra,
			})
		})
	}
	sort.Slice(machines, func(i, j int) bool { return machines[i]["name"].(string) < machines[j]["name"].(string) })
	v.mu.Lock()
	defer v.mu.Unlock()
	return map[string]any{
		"machines":   machines,
		"calls":      v.calls,
		"sessions":   v.sessions.state(),
		"violations": v.violations,
		"clones":     v.clones,
		"guests":     v.guests.running(),
		"freeGiB":    datastore(v.model, "datastore1").Summary.FreeSpace >> 30,
	}
}

func disks(vm *simulator.VirtualMachine) []int64 {
	sizes := []int64{}
	for _, device := range vm.Config.Hardware.Device {
		if disk, ok := device.(*types.VirtualDisk); ok {
			sizes = append(sizes, disk.CapacityInBytes>>30)
		}
	}
	return sizes
}

func networkNames(model *simulator.Model, vm *simulator.VirtualMachine) []string {
	names := []string{}
	for _, device := range vm.Config.Hardware.Device {
		card, ok := device.(types.BaseVirtualEthernetCard)
		if !ok {
			continue
		}
		switch backing := card.GetVirtualEthernetCard().Backing.(type) {
		case *types.VirtualEthernetCardNetworkBackingInfo:
			names = append(names, unescaper.Replace(backing.DeviceName))
		case *types.VirtualEthernetCardDistributedVirtualPortBackingInfo:
			ref := types.ManagedObjectReference{Type: "DistributedVirtualPortgroup", Value: backing.Port.PortgroupKey}
			names = append(names, model.Map().Get(ref).(*simulator.DistributedVirtualPortgroup).Name)
		}
	}
	return names
}
